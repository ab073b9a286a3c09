/** Answers as the page reads them: lines as they arrive, and what went wrong by its kind. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../web/api/ndjson.ts';
import { ApiError, troubleOf, troubleOfAnswer } from '../../web/api/trouble.ts';
import { apiUrl } from '../../web/api/url.ts';

/** A body that arrives in these chunks, and then ends or breaks. */
function bodyOf(chunks: readonly Uint8Array[], failure?: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      if (failure) controller.error(failure);
      else controller.close();
    },
  });
}

async function read(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of linesOf(body)) for (const line of lines) found.push(new TextDecoder().decode(line));
  return found;
}

describe('the lines of an answer', () => {
  it('are whole, however the bytes arrive', async () => {
    const text = fc.array(fc.string({ unit: 'binary' }).filter((line) => !line.includes('\n')));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
          Uint8Array.from(bytes.subarray(n * size, (n + 1) * size)),
        );
        expect(await read(bodyOf(chunks))).toEqual(lines.map((line) => new TextDecoder().decode(Buffer.from(line))));
      }),
      { numRuns: 200 },
    );
  });

  it('are broken off when the last one has no end, or the connection ends', async () => {
    const half = [Buffer.from('{"a":1}\n{"b"')];
    await expect(read(bodyOf(half))).rejects.toMatchObject({ trouble: { kind: 'broken' } });
    await expect(read(bodyOf([], new TypeError('network error')))).rejects.toMatchObject({
      trouble: { kind: 'broken' },
    });
    const stopped = new DOMException('stopped', 'AbortError');
    await expect(read(bodyOf([], stopped))).rejects.toBe(stopped);
  });
});

describe('what went wrong', () => {
  const answer = (status: number, document: object = {}, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(document), {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
    });

  it.each([
    [400, {}, 'badRequest'],
    [400, { parameter: 'filter', position: 3 }, 'filter'],
    [400, { header: 'X-Purpose' }, 'purpose'],
    [401, {}, 'signedOut'],
    [403, { role: 'Archive.Export' }, 'forbidden'],
    [404, {}, 'notFound'],
    [409, {}, 'conflict'],
    [410, { parameter: 'cursor' }, 'gone'],
    [503, {}, 'busy'],
    [500, { instance: 'urn:uuid:1' }, 'failed'],
    [502, {}, 'failed'],
  ])('is told from an answer of %i with %j', async (status, document, kind) => {
    expect(await troubleOfAnswer(answer(status, document))).toMatchObject({ kind, status, ...document });
  });

  it('says when to ask again, and needs no problem document', async () => {
    expect(await troubleOfAnswer(answer(503, {}, { 'retry-after': '10' }))).toMatchObject({ retryAfter: 10 });
    const page = new Response('<h1>Bad gateway</h1>', { status: 502 });
    expect(await troubleOfAnswer(page)).toMatchObject({ kind: 'failed', detail: 'The archive answered 502.' });
  });

  it('is told from whatever was thrown', () => {
    expect(troubleOf(new DOMException('', 'AbortError')).kind).toBe('cancelled');
    expect(troubleOf(new ApiError({ kind: 'gone', detail: 'gone' })).kind).toBe('gone');
    expect(troubleOf('?')).toEqual({ kind: 'fault', detail: '?' });
  });
});

describe('an address', () => {
  it('leaves out what says nothing', () => {
    expect(apiUrl('logs/x', { from: 'a b', limit: 5, filter: '', cursor: undefined })).toBe(
      '/api/logs/x?from=a+b&limit=5',
    );
    expect(apiUrl('logs')).toBe('/api/logs');
  });
});
