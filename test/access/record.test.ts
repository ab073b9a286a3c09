/** The line of an access record: a stored format, so it is held to a golden file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accessLine, countLine, UNFINISHED } from '../../shared/access/record.ts';
import { readRecord } from '../../shared/archive/page.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import { request, result } from '../support/accessWorld.ts';

const golden = readFileSync('test/query/golden/archiveAccess.ndjson', 'utf8').slice(0, -1);

describe('the record of a request', () => {
  it('is the golden line', () => {
    const said = JSON.parse(golden);
    const asked = { ...request(said.time), ...said, at: Date.parse(said.time) };
    expect(accessLine(asked, said)).toBe(golden);
  });

  it('is one line that the archive can read, whatever was asked', () => {
    const nasty = 'a\r\nb\u2028\u0000\u001b"\\\ud800\u007f\u{1f600}';
    const line = accessLine(request('2026-11-20T05:00:00.123Z', { id: 'x', filter: nasty, path: nasty }), result());
    expect(line).not.toMatch(/[\r\n]/);
    expect(readRecord(Buffer.from(line), ACCESS_LOG_TYPE)).toMatchObject({
      id: 'x',
      time: '2026-11-20T05:00:00.1230000Z',
    });
  });

  it('keeps the beginning of what is too long for a row of the table', () => {
    const long = '\u0001'.repeat(16_000);
    const whole = accessLine(request('2026-11-20T05:00:00Z', { filter: 'x'.repeat(4000) }), UNFINISHED);
    expect(JSON.parse(whole).filter).toBe('x'.repeat(4000));
    const line = accessLine(
      request('2026-11-20T05:00:00Z', {
        path: long,
        filter: long,
        select: long,
        ids: long,
        user: long,
        from: long,
        to: long,
      }),
      UNFINISHED,
    );
    expect(line.length).toBeLessThan(32_768);
    expect(JSON.parse(line).filter).toBe(`${'\u0001'.repeat(400)}…`);
  });
});

describe("the record of a minute's counts", () => {
  it('says how many requests there were of either kind', () => {
    const line = countLine('an id', Date.parse('2026-11-20T05:06:00Z'), { withoutToken: 9000, notRecorded: 1 });
    expect(line).toBe(
      '{"id":"an id","time":"2026-11-20T05:06:00.000Z","kind":"count","withoutToken":9000,"notRecorded":1}',
    );
  });
});
