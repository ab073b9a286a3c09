import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import { LOG_TYPES, type LogType } from '../../../shared/logTypes.ts';
import {
  DAY,
  errorOf,
  get,
  HOUR,
  iso,
  lines,
  NOW,
  pathWith,
  readAll,
  recordsOf,
  report,
  start,
  stored,
} from './client.ts';

const SIGN_INS = '/beta/auditLogs/signIns';
const AUDITS = '/v1.0/auditLogs/directoryAudits';
const PROVISIONING = '/v1.0/auditLogs/provisioning';
const DETECTIONS = '/v1.0/identityProtection/riskDetections';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await start({ perDay: 6000 });
});
afterAll(() => simulator.close());

const ask = (path: string, headers?: Record<string, string>) => get(`${simulator.url}${path}`, headers);

function filterOf({ timeField, operators, signInEventType }: LogType, from: string, to: string): string {
  const range = `${timeField} ${operators[0]} ${from} and ${timeField} ${operators[1]} ${to}`;
  return signInEventType ? `${range} and signInEventTypes/any(t: t eq '${signInEventType}')` : range;
}

describe('a request', () => {
  it.each([
    ['no token', undefined],
    ['an empty token', 'Bearer '],
    ['another scheme', 'Basic abc'],
  ])('with %s is answered 401', async (_, authorization) => {
    const answer = await get(`${simulator.url}${SIGN_INS}`, { authorization: authorization ?? '' });
    expect(answer.status).toBe(401);
    expect(errorOf(answer).code).toBe('InvalidAuthenticationToken');
  });

  it('gets the simulated date, its ids and a diagnostic', async () => {
    const { headers } = await ask(AUDITS, { 'client-request-id': 'mine' });
    expect(headers.date).toBe(new Date(NOW).toUTCString());
    expect(headers['content-type']).toMatch(/^application\/json;odata\.metadata=minimal;/);
    expect(headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['client-request-id']).toBe('mine');
    expect(JSON.parse(String(headers['x-ms-ags-diagnostic']))).toHaveProperty('ServerInfo');
    expect(headers['content-length']).toMatch(/^\d+$/);
  });

  it('is answered in the same bytes by another instance with the same past', async () => {
    const other = await start({ perDay: 6000 });
    const twin = await start({ perDay: 6000 });
    const headers = { host: 'graph.example' };
    for (const path of [
      SIGN_INS,
      pathWith(SIGN_INS, undefined, 100),
      AUDITS,
      PROVISIONING,
      DETECTIONS,
      '/beta/nothing',
    ]) {
      const [one, two] = [await get(other.url + path, headers), await get(twin.url + path, headers)];
      expect(two.body.equals(one.body), path).toBe(true);
      expect(two.headers['request-id']).toBe(one.headers['request-id']);
    }
    await Promise.all([other.close(), twin.close()]);
  });
});

/** Query strings that Graph refuses, with the words it uses. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    AUDITS,
    'createdDateTime ge 2026-11-20T00:00:00Z',
    "Invalid filter clause: Could not find a property named 'createdDateTime' on type 'microsoft.graph.directoryAudit'.",
  ],
  [
    DETECTIONS,
    'createdDateTime ge 2026-11-20T00:00:00Z',
    "Invalid filter clause: Could not find a property named 'createdDateTime' on type 'microsoft.graph.riskDetection'.",
  ],
  [
    '/v1.0/auditLogs/signIns',
    "signInEventTypes/any(t: t eq 'interactiveUser')",
    "Invalid filter clause: Could not find a property named 'signInEventTypes' on type 'microsoft.graph.signIn'.",
  ],
  [SIGN_INS, "createdDateTime ge '2026-11-20T00:00:00Z'", 'Invalid filter clause'],
  [SIGN_INS, 'createdDateTime gt 2026-11-20T00:00:00Z', 'Invalid filter clause'],
  [SIGN_INS, 'createdDateTime ge 2026-11-20', 'Invalid filter clause'],
  [
    SIGN_INS,
    'createdDateTime ge 2026-11-20T00:00:00Z or createdDateTime le 2026-11-20T00:00:00Z',
    'Invalid filter clause',
  ],
  [SIGN_INS, "signInEventTypes/any(t: t eq 'nobody')", 'Invalid filter clause'],
  [SIGN_INS, "signInEventTypes/any(t: t ne 'interactiveUser')", 'Invalid filter clause'],
  [SIGN_INS, "appId eq 'x'", 'Invalid filter clause'],
  [SIGN_INS, '', 'Invalid filter clause'],
  [PROVISIONING, 'activityDateTime ge 2026-11-20T00:00:00Z', 'Invalid filter clause'],
  [DETECTIONS, 'lastUpdatedDateTime eq 2026-11-20T00:00:00Z', 'Invalid filter clause'],
  [DETECTIONS, 'activityDateTime ge 2026-11-20T00:00:00Z', 'Invalid filter clause'],
  [
    AUDITS,
    'activityDateTime ge 2026-10-21T23:59:59.9999999Z',
    "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for activityDateTime is 10/22/2026 12:00:00 AM')",
  ],
  [
    PROVISIONING,
    'activityDateTime gt 2026-01-01T00:00:00Z',
    "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for activityDateTime is 10/22/2026 12:00:00 AM')",
  ],
  [
    DETECTIONS,
    'lastUpdatedDateTime ge 2026-08-22T00:00:00Z',
    "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for lastUpdatedDateTime is 8/23/2026 12:00:00 AM')",
  ],
];

describe('a query', () => {
  it.each(REFUSED)('to %s with the filter %s is refused', async (path, filter, message) => {
    const answer = await ask(pathWith(path, filter));
    expect([answer.status, errorOf(answer)]).toMatchObject([400, { code: 'BadRequest', message }]);
    const { innerError } = (JSON.parse(answer.body.toString()) as { error: { innerError: Record<string, string> } })
      .error;
    expect(innerError).toEqual({
      date: '2026-11-21T09:30:15',
      'request-id': answer.headers['request-id'],
      'client-request-id': answer.headers['client-request-id'],
    });
  });

  it.each([
    [
      `${SIGN_INS}?$skip=1`,
      "Query option 'Skip' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.",
    ],
    [`${DETECTIONS}?$top=1000`, "Invalid page size specified: '1000'. Must be between 1 and 500 inclusive."],
    [`${DETECTIONS}?$top=0`, "Invalid page size specified: '0'. Must be between 1 and 500 inclusive."],
    [
      `${AUDITS}?$top=x`,
      "Invalid value 'x' for $top query option found. The $top query option requires a non-negative integer value.",
    ],
    [
      `${AUDITS}?$top=1&$top=2`,
      "Query option '$top' was specified more than once, but it must be specified at most once.",
    ],
    ['/v1.0/auditLogs/nothing', "Resource not found for the segment 'nothing'."],
    [
      '/v1.0/auditLogs/customSecurityAttributeAudits',
      "Resource not found for the segment 'customSecurityAttributeAudits'.",
    ],
  ])('%s is refused', async (path, message) => {
    const answer = await ask(path);
    expect([answer.status, errorOf(answer).message]).toEqual([400, message]);
  });

  it.each([
    ['', 'UnknownError', 'Invalid Skip Token, skip token is null'],
    ['nonsense', '', 'Invalid Skip Token'],
    ['WzEsMl0', '', 'Invalid Skip Token'],
  ])('with the skip token %j is refused', async (token, code, message) => {
    const answer = await ask(`${SIGN_INS}?$skiptoken=${token}`);
    expect([answer.status, errorOf(answer)]).toMatchObject([400, { code, message }]);
  });

  it('may reach back to midnight of the oldest day', async () => {
    expect((await ask(pathWith(AUDITS, 'activityDateTime ge 2026-10-22T00:00:00Z'))).status).toBe(200);
  });

  it('ignores a parameter that is no option, and repeats it in the link', async () => {
    const { body, status } = await ask(`${SIGN_INS}?=createdDateTime%20ge%202026-11-20T00:00:00Z&$top=3`);
    expect(status).toBe(200);
    const link = (JSON.parse(body.toString()) as Record<string, string>)['@odata.nextLink'];
    expect(link).toContain('?=createdDateTime%20ge%202026-11-20T00:00:00Z&$top=3&$skiptoken=');
  });
});

describe.each([...LOG_TYPES.values()].map((logType) => [logType.name, logType] as const))(
  'reading %s',
  (name, logType) => {
    const path = `/${logType.api}${logType.path}`;
    const [from, to] = [NOW - DAY, NOW - HOUR];

    it('gives every row of a range once, over many pages, in the order of the log type', async () => {
      const { records, pages } = await readAll(
        simulator.url + pathWith(path, filterOf(logType, iso(from), iso(to)), 40),
      );
      const expected = await lines(simulator, `tenant/${name}?from=${iso(from)}&to=${iso(to)}`);
      expect(records.toSorted()).toEqual(expected.toSorted());
      expect(pages.slice(0, -1).every((count) => count === 40)).toBe(true);
      expect(expected.length).toBeGreaterThan(0);
      const order = records.map((record) => expected.indexOf(record));
      const descending = order.toSorted((a, b) => b - a);
      if (logType.newestFirst || order.length < 5) expect(order).toEqual(descending.length < 5 ? order : descending);
      else expect(order).not.toEqual(descending);
    });

    it('holds nothing that is newer than the clock or older than the tenant', async () => {
      const all = await lines(simulator, `tenant/${name}`);
      const times = all.map((line) =>
        Date.parse(String((JSON.parse(line) as Record<string, unknown>)[logType.timeField])),
      );
      expect(Math.max(...times)).toBeLessThanOrEqual(NOW);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW - 2 * DAY - 1000);
    });
  },
);

describe('a page', () => {
  it.each([
    [pathWith(SIGN_INS, "signInEventTypes/any(t: t eq 'nonInteractiveUser')"), [1000, 7, 1000]],
    [AUDITS, [1000, 7, 1000]],
    [DETECTIONS, [20, 7, 500]],
  ])('of %s has the documented size, by default and at most', async (path, expected) => {
    const large = await start({ perDay: 30_000, days: 15 });
    const sizes: number[] = [];
    for (const top of [undefined, 7, path === DETECTIONS ? 500 : 5000]) {
      const query = top === undefined ? '' : `${path.includes('?') ? '&' : '?'}$top=${top}`;
      sizes.push(recordsOf((await get(large.url + path + query)).body).length);
    }
    expect(sizes).toEqual(expected);
    await large.close();
  });
});

describe('bounds', () => {
  const timeOf = (line: string, field: string) => String((JSON.parse(line) as Record<string, unknown>)[field]);

  it('of audits are compared to the tick, ends included', async () => {
    const all = await lines(simulator, 'tenant/directoryAudits');
    const [from, to] = [timeOf(all[10] ?? '', 'activityDateTime'), timeOf(all[20] ?? '', 'activityDateTime')];
    const between = await readAll(
      simulator.url + pathWith(AUDITS, `activityDateTime ge ${from} and activityDateTime le ${to}`),
    );
    expect(between.records.toReversed()).toEqual(all.slice(10, 21));
    const one = await readAll(simulator.url + pathWith(AUDITS, `activityDateTime eq ${from}`));
    expect(one.records).toContain(all[10]);
  });

  it('of sign-ins are compared with the stored time, which is finer than the printed one', async () => {
    const all = await lines(simulator, 'tenant/interactiveSignIns');
    const seconds = [...new Set(all.map((line) => timeOf(line, 'createdDateTime')))];
    let missed = 0;
    for (const second of seconds.slice(0, 40)) {
      const printed = all.filter((line) => timeOf(line, 'createdDateTime') === second);
      const next = iso(Date.parse(second) + 1000);
      const upToNext = await readAll(
        simulator.url + pathWith(SIGN_INS, `createdDateTime ge ${second} and createdDateTime le ${next}`),
      );
      const upToSame = await readAll(
        simulator.url + pathWith(SIGN_INS, `createdDateTime ge ${second} and createdDateTime le ${second}`),
      );
      expect(printed.every((line) => upToNext.records.includes(line))).toBe(true);
      missed += printed.filter((line) => !upToSame.records.includes(line)).length;
    }
    expect(missed).toBeGreaterThan(30);
  });

  it('of provisioning leave both ends out', async () => {
    const all = await lines(simulator, 'tenant/provisioning');
    const [from, to] = [timeOf(all[3] ?? '', 'activityDateTime'), timeOf(all[9] ?? '', 'activityDateTime')];
    const filter = `activityDateTime gt ${iso(Date.parse(from) - 1000)} and activityDateTime lt ${iso(Date.parse(to) + 1000)}`;
    const { records } = await readAll(simulator.url + pathWith(PROVISIONING, filter));
    for (const line of all.slice(3, 10)) expect(records).toContain(line);
  });
});

describe('sign-ins', () => {
  it('without a filter are the interactive ones, newest first', async () => {
    const { body } = await ask(pathWith(SIGN_INS, undefined, 50));
    const newest = (await lines(simulator, 'tenant/interactiveSignIns')).slice(-50).toReversed();
    expect(recordsOf(body).map(stored)).toEqual(newest);
  });

  it('of v1.0 are the same rows without what v1.0 does not have', async () => {
    const [v1, beta] = [await ask('/v1.0/auditLogs/signIns?$top=200'), await ask(`${SIGN_INS}?$top=200`)];
    const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
    const rows = recordsOf(v1.body).map(parse);
    const wide = recordsOf(beta.body).map(parse);
    expect(rows.map(({ id }) => id)).toEqual(wide.map(({ id }) => id));
    for (const [index, row] of rows.entries()) {
      expect(row).not.toHaveProperty('signInEventTypes');
      expect(row).not.toHaveProperty('authenticationDetails');
      expect(row.correlationId).toBe(wide[index]?.correlationId);
    }
  });
});

describe('pages', () => {
  it('carry the link before or after the rows, plain or with escaped slashes', async () => {
    const bodies: string[] = [];
    for (let count = 0; count < 40; count += 1) bodies.push((await ask(`${SIGN_INS}?$top=2`)).body.toString());
    const place = (body: string) => body.indexOf('"@odata.nextLink"') < body.indexOf('"createdDateTime"');
    expect(new Set(bodies.map(place)).size).toBe(2);
    expect(bodies.some((body) => body.includes('http:\\/\\/127.0.0.1'))).toBe(true);
    expect(bodies.some((body) => body.includes('"http://127.0.0.1'))).toBe(true);
    expect(bodies.some((body) => body.startsWith('{ "@odata.context" : '))).toBe(true);
  });

  it('link with every parameter as it was written', async () => {
    const query =
      '$filter=createdDateTime%20ge%202026-11-20T00:00:00Z%20and%20signInEventTypes/any(t:%20t%20eq%20%27servicePrincipal%27)&$top=5';
    const first = JSON.parse((await ask(`${SIGN_INS}?${query}`)).body.toString()) as Record<string, string>;
    const link = String(first['@odata.nextLink']);
    expect(link.startsWith(`${simulator.url}${SIGN_INS}?${query}&$skiptoken=`)).toBe(true);
    const second = JSON.parse((await get(link)).body.toString()) as Record<string, string>;
    expect(String(second['@odata.nextLink']).match(/\$skiptoken=/g)).toHaveLength(1);
    expect(second['@odata.nextLink']).not.toBe(link);
  });
});

describe('limits', () => {
  it('of reports are five in ten seconds, then 429 with a fractional Retry-After', async () => {
    const strict = await start({ speed: 1 });
    const answers = [];
    for (let count = 0; count < 7; count += 1) answers.push(await get(`${strict.url}${AUDITS}?$top=1`));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(answers[5]?.headers['retry-after']).toMatch(/^\d\.\d{3}$|^10\.000$/);
    expect(errorOf(answers[5] as never)).toMatchObject({
      code: 'UnknownError',
      message: expect.stringContaining('This request is throttled.'),
    });
    expect((await report(strict)).violations).toEqual({ reports: 2, risk: 0 });
    await strict.close();
  });

  it('of Identity Protection are one a second, then 429 without Retry-After', async () => {
    const strict = await start({ speed: 1 });
    const answers = [await get(strict.url + DETECTIONS), await get(strict.url + DETECTIONS)];
    expect(answers.map(({ status }) => status)).toEqual([200, 429]);
    expect(answers[1]?.headers['retry-after']).toBeUndefined();
    expect(errorOf(answers[1] as never).code).toBe('TooManyRequests');
    expect((await report(strict)).violations).toEqual({ reports: 0, risk: 1 });
    await strict.close();
  });
});

describe('the clock', () => {
  it('decides what exists: a later clock shows more, and the same', async () => {
    const later = await start({ perDay: 6000, time: { origin: NOW + HOUR, speed: 0 } });
    const range = `from=${iso(NOW - 10 * HOUR)}`;
    const [before, after] = [
      await lines(simulator, `tenant/directoryAudits?${range}`),
      await lines(later, `tenant/directoryAudits?${range}`),
    ];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    await later.close();
  });

  it('shows of a row that moves the newest version only', async () => {
    const ids = async (origin: number) => {
      // The same beginning for both.
      const days = 10 + (origin - NOW) / DAY;
      const one = await start({ perDay: 6000, days, time: { origin, speed: 0 } });
      const found = (await lines(one, 'tenant/riskyUsers')).map(
        (line) => JSON.parse(line) as { id: string; riskLastUpdatedDateTime: string },
      );
      await one.close();
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      return new Map(found.map(({ id, riskLastUpdatedDateTime }) => [id, riskLastUpdatedDateTime]));
    };
    const [before, after] = [await ids(NOW), await ids(NOW + DAY)];
    const moved = [...before].filter(([id, time]) => after.get(id) !== time);
    expect(moved.length).toBeGreaterThan(5);
    for (const [id, time] of moved) expect(Date.parse(after.get(id) ?? '')).toBeGreaterThan(Date.parse(time));
  });
});

describe('the simulator', () => {
  it('refuses a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(/EADDRINUSE/);
    blocker.close();
  });

  it('refuses a fault that it does not know', async () => {
    await expect(start({ faults: ['late-rows', 'gremlins'] })).rejects.toThrow("there is no fault 'gremlins'");
  });

  it('serves many records a second', async () => {
    const large = await start({ perDay: 60_000, days: 1 });
    const first = large.url + pathWith(SIGN_INS, "signInEventTypes/any(t: t eq 'nonInteractiveUser')");
    await serve(first, 8000);
    const before = process.cpuUsage();
    const served = await serve(`${first}&again=1`, 32_000);
    const { user, system } = process.cpuUsage(before);
    const rate = Math.round((served / (user + system)) * 1e6);
    process.stdout.write(`Graph simulator: ${rate} records for each second of one core, made, served and received\n`);
    expect(served).toBe(32_000);
    await large.close();
  });
});

/** Reads pages until so many records were served, without looking at them. */
async function serve(first: string, records: number): Promise<number> {
  let served = 0;
  for (let url: string | undefined = first; url !== undefined && served < records; served += 1000) {
    const { body } = await get(url);
    const ends = `${body.toString('utf8', 0, 1000)} ${body.toString('utf8', body.length - 1000)}`;
    const link: string | undefined = /"([^"]*skiptoken=[\w-]+)"/.exec(ends)?.[1];
    url = link?.replaceAll('\\/', '/');
  }
  return served;
}
