/** What a client of `GET,HEAD /api/logs/{logType}` is answered. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signLedgers } from '../../shared/checkpoint.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { formatCursor, parseCursor } from '../../shared/query/cursor.ts';
import { commitRows, modelOf, storedLines } from '../support/commits.ts';
import { type Called, callLogs, isSegmentRead, linesIn, textOf } from '../support/exportCalls.ts';
import { row, rows, TENANT_ID, type World, worldOf } from '../support/flowHarness.ts';
import { newSigner, signingInstance, signingWith, storedCheckpoints } from '../support/signingWorld.ts';

const AUDITS = 'directoryAudits';
const RANGE = { from: '2026-11-20T00:00:00.0000000Z', to: '2026-11-21T00:00:00.0000000Z' };
const DAY = `${AUDITS}?from=2026-11-20&to=2026-11-21`;

/** Three hours; late rows and a changed one in the second. */
async function auditWorld(): Promise<{ world: World; type: LogType }> {
  const { world, type } = worldOf(AUDITS);
  world.graph.pageSize = 20;
  const first = rows(type, 90, '2026-11-20T08:00:00Z', 120, 'first');
  await commitRows(world, type, first, 'hours');
  await commitRows(world, type, rows(type, 7, '2026-11-20T09:10:00Z', 200, 'late'), 'hours');
  const changed = { ...(first[40] ?? { compared: undefined, line: '' }) };
  await commitRows(world, type, [{ ...changed, line: changed.line.replace('"x":0.0', '"x":1.0') }], 'hours');
  return { world, type };
}

const latest = (world: World, type: LogType) =>
  modelOf(storedLines(world, type), type, RANGE, 'latest').map(({ line }) => line);

const problemOf = ({ body }: Called) => JSON.parse(body.toString('utf8')) as Record<string, unknown>;
const namesOf = (world: World) => [...(world.stores.containers.get('archive-2555d')?.keys() ?? [])];

/** Follows `Link` to the end. */
async function followed(world: World, target: string, between?: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  for (let next: string | undefined = target; next !== undefined; ) {
    const page: Called = await callLogs(world, next);
    expect(page.status).toBe(200);
    const given = linesIn(page);
    expect(page.headers['x-archive-records']).toBe(String(given.length));
    lines.push(...given);
    next = /^<\/api\/logs\/(.+)>; rel="next"$/.exec(page.headers.link ?? '')?.[1];
    expect(page.headers.link === undefined).toBe(next === undefined);
    await between?.();
  }
  return lines;
}

describe('an export', () => {
  it('gives the latest versions as they are stored, with headers that say what it is', async () => {
    const { world, type } = await auditWorld();
    const answer = await callLogs(world, DAY);
    expect(answer.status).toBe(200);
    expect(linesIn(answer)).toEqual(latest(world, type));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="directoryAudits_20261120T000000Z_20261121T000000Z.ndjson"',
      vary: 'accept, accept-encoding',
      'cache-control': 'no-store',
      'x-archive-entries': '3',
      'x-archive-covered-to': '2026-11-20T12:00:00Z',
    });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('names the fields of its filter that no record is known to have, and is silent where there are none', async () => {
    const { world } = await auditWorld();
    const asked = async (filter: string, more = '') =>
      (await callLogs(world, `${DAY}&filter=${encodeURIComponent(filter)}${more}`)).headers['x-archive-unknown-fields'];
    expect(await asked("activityDisplayNam eq 'x' or result eq 'y' or nosuch/field eq 1")).toBe(
      'activityDisplayNam, nosuch/field',
    );
    expect(await asked('nosuch eq 1', '&limit=1')).toBe('nosuch');
    expect(await asked('nosuch eq 1', '&count=only')).toBe('nosuch');
    expect(await asked("result eq 'success'")).toBeUndefined();
  });

  it('names the newest checkpoint over no more than it rests on, and does without one that cannot be believed', async () => {
    const { world } = await auditWorld();
    const signer = newSigner();
    const { headers: unsigned } = await callLogs(world, DAY);
    expect(unsigned['x-archive-checkpoint']).toBeUndefined();
    await signLedgers(signingInstance(world, signingWith(signer)), new AbortController().signal);
    const root = storedCheckpoints(world, AUDITS, [signer]).get(4)?.root.toString('base64');
    expect((await callLogs(world, DAY)).headers['x-archive-checkpoint']).toBe(`4 ${root}`);
    const pinned = await callLogs(world, `${DAY}&cursor=${unsigned['x-archive-cursor']}`);
    expect(pinned.headers['x-archive-checkpoint']).toBeUndefined();
    world.stores.containers
      .get('ledger')
      ?.set(`${TENANT_ID}/${AUDITS}/checkpoints/000000000004`, Buffer.from('no note'));
    const answer = await callLogs(world, DAY);
    expect([answer.status, answer.headers['x-archive-checkpoint']]).toEqual([200, undefined]);
    expect(world.logs.at(-1)).toMatchObject({ level: 'error', message: expect.stringContaining('cannot be believed') });
  });

  it.each(['gzip', 'x-gzip', 'br, gzip;q=0.8', '*', 'identity;q=0.5, gzip;q=1'])(
    'is one member of gzip with the same bytes where %s is accepted',
    async (encoding) => {
      const { world } = await auditWorld();
      const plain = await callLogs(world, DAY);
      const zipped = await callLogs(world, DAY, { headers: { 'accept-encoding': encoding } });
      expect(zipped.headers['content-encoding']).toBe('gzip');
      expect(textOf(zipped)).toBe(textOf(plain));
    },
  );

  it.each(['', 'br', 'gzip;q=0', 'identity, gzip;q=0.1', 'deflate'])(
    'is as it is where %s is accepted',
    async (encoding) => {
      const { world, type } = await auditWorld();
      const answer = await callLogs(world, DAY, { headers: { 'accept-encoding': encoding } });
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(linesIn(answer)).toEqual(latest(world, type));
    },
  );

  it.each<[string, string, string]>([
    ['application/json', '', 'application/json; charset=utf-8'],
    ['text/csv', '', 'text/csv; charset=utf-8; header=present'],
    ['text/csv;q=0.5, application/json', '', 'application/json; charset=utf-8'],
    ['text/*', '', 'text/csv; charset=utf-8; header=present'],
    ['*/*', '', 'application/x-ndjson; charset=utf-8'],
    ['text/html', '&format=json', 'application/json; charset=utf-8'],
  ])('for Accept: %s and %s is %s', async (accept, more, type) => {
    const { world } = await auditWorld();
    const answer = await callLogs(world, `${DAY}${more}`, { headers: { accept } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  it('in no format that is accepted is a 406 that names those there are, before anything is read', async () => {
    const { world } = await auditWorld();
    const answer = await callLogs(world, DAY, { headers: { accept: 'text/html, application/pdf' } });
    expect(answer.status).toBe(406);
    expect(problemOf(answer).detail).toContain('application/x-ndjson, application/json, text/csv');
    expect(answer.calls).toEqual([]);
  });

  it.each(['gzip', 'identity'])('as JSON is one array of the records, also of none, as %s', async (encoding) => {
    const { world, type } = await auditWorld();
    const ask = (range: string) =>
      callLogs(world, `${AUDITS}?${range}&format=json`, { headers: { 'accept-encoding': encoding } });
    const whole = textOf(await ask('from=2026-11-20&to=2026-11-21'));
    expect(JSON.parse(whole)).toEqual(latest(world, type).map((line) => JSON.parse(line)));
    expect(whole).toContain('"x":0.0, "y":"\\u2013"');
    expect(JSON.parse(textOf(await ask('from=2026-11-01&to=2026-11-02')))).toEqual([]);
    expect(JSON.parse(textOf(await ask('from=2026-11-20&to=2026-11-21&limit=3')))).toHaveLength(3);
  });

  it('as CSV has a header and a row for each record, also for none, with a byte order mark on request', async () => {
    const { world, type } = await auditWorld();
    const csv = textOf(await callLogs(world, `${DAY}&format=csv&select=id,activityDateTime`));
    const [header, ...list] = csv.split('\r\n').slice(0, -1);
    expect(header).toBe('id,activityDateTime');
    const ids = latest(world, type).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(list.map((line) => line.split(',')[0])).toEqual(ids);
    const marked = await callLogs(world, `${AUDITS}?from=2026-11-01&to=2026-11-02&format=csv&bom=true&select=id`);
    expect(textOf(marked)).toBe('\ufeffid\r\n');
  });

  it('with select has these fields only, their bytes as they are stored', async () => {
    const { world, type } = await auditWorld();
    const lines = linesIn(await callLogs(world, `${DAY}&select=x,id,noSuchField`));
    expect(lines).toEqual(
      latest(world, type).map((line) => `{${/"id":"[^"]+"/.exec(line)?.[0]},${/"x":[^,]+/.exec(line)?.[0]}}`),
    );
  });

  it('with a filter gives the records it is true of, and every version with versions=all', async () => {
    const { world, type } = await auditWorld();
    const filter = encodeURIComponent("startswith(id,'late') or x eq 1");
    const wanted = latest(world, type).filter((line) => /"id":"late|"x":1\.0/.test(line));
    expect(linesIn(await callLogs(world, `${DAY}&filter=${filter}`))).toEqual(wanted);
    expect(wanted).toHaveLength(8);
    const all = modelOf(storedLines(world, type), type, RANGE, 'all').map(({ line }) => line);
    expect(linesIn(await callLogs(world, `${DAY}&versions=all`))).toEqual(all);
    expect(all).toHaveLength(98);
  });
});

describe('how much an export is', () => {
  it.each([
    ['HEAD', ''],
    ['GET', '&count=only'],
  ] as const)('%s %s tells from the index alone where nothing was changed', async (method, more) => {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, rows(type, 90, '2026-11-20T08:00:00Z', 120), 'hours');
    const answer = await callLogs(world, `${DAY}${more}`, { method });
    expect(answer.headers['x-archive-records']).toBe('90');
    expect(answer.calls.filter(({ op, target }) => op === 'get' && !target.startsWith('ledger/'))).toEqual([]);
  });

  it('HEAD never opens a segment, and says how many records there are only where it knows', async () => {
    const { world } = await auditWorld();
    for (const query of ['', '&filter=x%20eq%201', '&format=csv', '&limit=10', '&versions=all']) {
      const head = await callLogs(world, `${DAY}${query}`, { method: 'HEAD' });
      const { headers, calls, body } = head;
      expect([head.status, body.length, calls.filter(isSegmentRead)]).toEqual([200, 0, []]);
      expect(headers['x-archive-records']).toBe(query === '&versions=all' ? '98' : undefined);
      const got = await callLogs(world, `${DAY}${query}`);
      expect(headers['content-type']).toBe(got.headers['content-type']);
      expect(headers['content-disposition']).toBe(got.headers['content-disposition']);
    }
  });

  it('HEAD of a page counts the page', async () => {
    const { world } = await auditWorld();
    const head = await callLogs(world, `${DAY}&versions=all&limit=10`, { method: 'HEAD' });
    expect(head.headers['x-archive-records']).toBe('10');
  });

  it('count=only counts by opening what the index does not tell of', async () => {
    const { world, type } = await auditWorld();
    const counted = async (more: string) => problemOf(await callLogs(world, `${DAY}&count=only${more}`));
    expect(await counted('')).toEqual({ logType: AUDITS, ...RANGE, records: latest(world, type).length });
    expect(await counted('&filter=x%20eq%201')).toMatchObject({ records: 1 });
    expect(await counted('&versions=all')).toMatchObject({ records: 98 });
    expect(await counted('&versions=all&skip=90')).toMatchObject({ records: 8 });
    expect(await counted('&skip=1000')).toMatchObject({ records: 0 });
  });
});

describe('pages', () => {
  it.each([
    ['', 7],
    ['', 20],
    ['', 10_000],
    [`&filter=${encodeURIComponent("x eq 0 and startswith(id,'first')")}`, 9],
    ['&versions=all', 13],
  ])('%s of %s records, one after another, are the whole: also while the archive grows', async (more, limit) => {
    const { world, type } = await auditWorld();
    const whole = linesIn(await callLogs(world, `${DAY}${more}`));
    expect(await followed(world, `${DAY}${more}&limit=${limit}`)).toEqual(whole);
    let n = 0;
    const grow = () => {
      n += 1;
      return commitRows(world, type, rows(type, 5, '2026-11-20T08:00:30Z', 2000, `grown${n}`), 'hours');
    };
    expect(await followed(world, `${DAY}${more}&limit=${limit}`, grow)).toEqual(whole);
    expect(linesIn(await callLogs(world, `${DAY}${more}`)).length).toBeGreaterThanOrEqual(whole.length);
  });

  it('begin where skip says', async () => {
    const { world, type } = await auditWorld();
    expect(await followed(world, `${DAY}&limit=10&skip=33`)).toEqual(latest(world, type).slice(33));
  });

  it('of CSV each have a header, and of JSON each are an array', async () => {
    const { world } = await auditWorld();
    const first = await callLogs(world, `${DAY}&limit=2&format=csv&select=id`);
    expect(textOf(first)).toMatch(/^id\r\n(first-\d+\r\n){2}$/);
    expect(JSON.parse(textOf(await callLogs(world, `${DAY}&limit=2&format=json`)))).toHaveLength(2);
  });
});

describe('a broken download', () => {
  it.each(['', '&versions=all', '&filter=x%20eq%200', '&format=csv'])(
    'goes on with cursor and skip as if nothing had happened, though the archive has grown: %s',
    async (more) => {
      const { world, type } = await auditWorld();
      const before = await callLogs(world, `${DAY}${more}`);
      const list = textOf(before).split('\n').slice(0, -1);
      const headers = more.includes('csv') ? 1 : 0;
      await commitRows(world, type, rows(type, 30, '2026-11-20T08:00:10Z', 300, 'grown'), 'hours');
      const cursor = encodeURIComponent(before.headers['x-archive-cursor'] ?? '');
      for (const skip of [0, 1, 20, 29, 30, 31, 59, 80, list.length - headers, 5000]) {
        const resumed = await callLogs(world, `${DAY}${more}&cursor=${cursor}&skip=${skip}`);
        const given = textOf(resumed).split('\n').slice(headers, -1);
        expect(given).toEqual(list.slice(headers + skip));
      }
    },
  );

  it('that breaks again goes on by the cursor of the answer that broke', async () => {
    const { world, type } = await auditWorld();
    const wanted = latest(world, type);
    let [given, cursor]: [string[], string] = [[], ''];
    for (const received of [10, 0, 31, 17, 1000]) {
      const skip = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await callLogs(world, `${DAY}${skip}`);
      const lines = linesIn(answer).slice(0, received);
      given = [...given, ...lines];
      expect(given).toEqual(wanted.slice(0, given.length));
      // What was received is left out by the cursor of the answer and skip together: here turned into the next cursor.
      const resumed = await callLogs(
        world,
        `${DAY}&cursor=${encodeURIComponent(answer.headers['x-archive-cursor'] ?? '')}&skip=${lines.length}`,
        { method: 'HEAD' },
      );
      cursor = resumed.headers['x-archive-cursor'] ?? '';
    }
    expect(given).toEqual(wanted);
  });

  it('opens no segment that holds only what was received', async () => {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, rows(type, 90, '2026-11-20T08:00:00Z', 120), 'hours');
    const { headers } = await callLogs(world, DAY);
    const cursor = encodeURIComponent(headers['x-archive-cursor'] ?? '');
    const resumed = await callLogs(world, `${DAY}&cursor=${cursor}&skip=61`);
    const opened = resumed.calls.filter(isSegmentRead).map(({ target }) => /hour=(\d\d)/.exec(target)?.[1]);
    expect(opened).toEqual(['10']);
    expect(linesIn(resumed)).toHaveLength(29);
  });
});

describe('a cursor', () => {
  const keyOf = (more: { filter?: string; versions?: string } = {}) => [
    TENANT_ID,
    AUDITS,
    RANGE.from,
    RANGE.to,
    more.filter ?? '',
    more.versions ?? 'latest',
  ];
  const ask = (world: World, cursor: string, more = '') =>
    callLogs(world, `${DAY}${more}&cursor=${encodeURIComponent(cursor)}`);

  it('with any character changed, lost or added is a 400 that names it, before anything is read', async () => {
    const { world } = await auditWorld();
    const cursor = (await callLogs(world, `${DAY}`)).headers['x-archive-cursor'] ?? '';
    expect((await ask(world, cursor)).status).toBe(200);
    const tampered = [...cursor].flatMap((character, n) => [
      `${cursor.slice(0, n)}${character === 'A' ? 'B' : 'A'}${cursor.slice(n + 1)}`,
      `${cursor.slice(0, n)}${cursor.slice(n + 1)}`,
    ]);
    for (const wrong of [
      ...tampered,
      `${cursor}x`,
      `${cursor}.x`,
      '',
      '.',
      'x',
      'x'.repeat(7999),
      '../..',
      '\0',
      '\r\n',
    ]) {
      const answer = await ask(world, wrong);
      expect([wrong, answer.status, problemOf(answer).parameter]).toEqual([wrong, 400, 'cursor']);
      expect(answer.calls).toEqual([]);
    }
  });

  it.each([
    ['another range', `${AUDITS}?from=2026-11-20&to=2026-11-22`],
    ['a filter', `${DAY}&filter=x%20eq%201`],
    ['other versions', `${DAY}&versions=all`],
  ])('of this query is a 400 with %s', async (_what, target) => {
    const { world } = await auditWorld();
    const cursor = (await callLogs(world, DAY)).headers['x-archive-cursor'] ?? '';
    const answer = await callLogs(world, `${target}&cursor=${encodeURIComponent(cursor)}`);
    expect([answer.status, problemOf(answer).parameter, answer.calls]).toEqual([400, 'cursor', []]);
  });

  it('is good in every format, with any fields and any size of page', async () => {
    const { world, type } = await auditWorld();
    const cursor = formatCursor({ pin: 2, hour: '2026-11-20T09', given: 3 }, keyOf());
    const rest = latest(world, type).slice(33);
    expect(linesIn(await ask(world, cursor))).toEqual(rest);
    expect(linesIn(await ask(world, cursor, '&limit=5'))).toEqual(rest.slice(0, 5));
    expect(JSON.parse(textOf(await ask(world, cursor, '&format=json&select=id')))).toHaveLength(rest.length);
  });

  it('of a longer ledger is a 400', async () => {
    const { world } = await auditWorld();
    const answer = await ask(world, formatCursor({ pin: 3, hour: '', given: 0 }, keyOf()));
    expect([answer.status, problemOf(answer).parameter]).toEqual([400, 'cursor']);
    expect(problemOf(answer).detail).toContain('start the export anew');
  });

  it.each<[string, unknown]>([
    ['a pin that is no number', [1, 'x', '', 0]],
    ['a pin below all', [1, -2, '', 0]],
    ['a fraction', [1, 1.5, '', 0]],
    ['a place that is no hour', [1, 2, "' or 1 eq 1", 0]],
    ['fewer than no records', [1, 2, '', -1]],
    ['another version', [2, 2, '', 0]],
    ['too few parts', [1, 2, '']],
    ['too many parts', [1, 2, '', 0, 0]],
    ['another thing', { pin: 2 }],
    ['nothing', null],
  ])('that somebody made, with %s, is refused', (_what, content) => {
    const right = formatCursor({ pin: 2, hour: '', given: 0 }, ['query']);
    expect(parseCursor(right, ['query'])).toEqual({ pin: 2, hour: '', given: 0 });
    // The checksum is no secret: whoever reads the code can make one.
    const made = forged(content, ['query']);
    expect(() => parseCursor(made, ['query'])).toThrow(/'cursor' is not one/);
  });

  it('of an empty ledger gives nothing, whatever came since', async () => {
    const { world, type } = worldOf(AUDITS);
    const cursor = (await callLogs(world, DAY)).headers['x-archive-cursor'] ?? '';
    await commitRows(world, type, rows(type, 5, '2026-11-20T08:00:00Z', 120), 'hours');
    const answer = await ask(world, cursor);
    expect([answer.status, linesIn(answer)]).toEqual([200, []]);
  });

  it.each(['', '&limit=5', '&count=only&filter=x%20eq%200'])(
    'whose segments are gone is a 410 that says what to do, and logs which; without one it is an error: %s',
    async (more) => {
      const { world } = await auditWorld();
      const filter = more.includes('filter') ? 'x eq 0' : '';
      const cursor = formatCursor({ pin: 2, hour: '2026-11-20T08', given: 0 }, keyOf({ filter }));
      const [gone = ''] = namesOf(world).filter((name) => name.includes('/hour=08/'));
      world.stores.containers.get('archive-2555d')?.delete(gone);
      const answer = await ask(world, cursor, more);
      expect([answer.status, problemOf(answer).parameter]).toEqual([410, 'cursor']);
      expect(problemOf(answer).detail).toContain('Start the export anew without cursor');
      expect(world.logs.filter(({ message }) => message.includes(gone))).not.toEqual([]);
      expect((await callLogs(world, `${DAY}${more}`)).status).toBe(500);
    },
  );

  it('whose later segments are gone ends the answer abnormally', async () => {
    const { world } = await auditWorld();
    const cursor = formatCursor({ pin: 2, hour: '', given: 0 }, keyOf());
    const [gone = ''] = namesOf(world).filter((name) => name.includes('/hour=10/'));
    world.stores.containers.get('archive-2555d')?.delete(gone);
    const answer = await ask(world, cursor);
    expect([answer.status, (answer.broken as Error | undefined)?.message]).toEqual([
      200,
      expect.stringContaining('anew'),
    ]);
  });
});

/** A cursor with a right checksum and any content. */
function forged(content: unknown, key: readonly string[]): string {
  const text = JSON.stringify(content);
  const sum = createHash('sha256')
    .update(JSON.stringify(['cursor', text, ...key]))
    .digest('hex');
  return `${Buffer.from(text).toString('base64url')}.${sum.slice(0, 12)}`;
}

describe('undated records', () => {
  it('come with the hour of 1970, on pages too', async () => {
    const { world, type } = worldOf(AUDITS);
    const undated = ['a', 'b', 'c'].map((id) => ({ ...row(type, id, null), compared: undefined }));
    await commitRows(world, type, [...undated, row(type, 'd', '2026-11-20T10:00:00Z')], 'all');
    const target = `${AUDITS}?from=1970-01-01&to=2026-11-21`;
    const whole = linesIn(await callLogs(world, target));
    expect(whole).toHaveLength(4);
    expect(await followed(world, `${target}&limit=2`)).toEqual(whole);
  });
});
