import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createFaultPlan } from '../../../dev/graphSimulator/faultPlan.ts';
import { FAULTS, parseFaults, unknownFaults } from '../../../dev/graphSimulator/faultTable.ts';
import type { Simulator } from '../../../dev/graphSimulator/server.ts';
import { LOG_TYPES } from '../../../shared/logTypes.ts';
import {
  type Answer,
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
  setFaults,
  start,
  stored,
} from './client.ts';

const SIGN_INS = '/beta/auditLogs/signIns';
const RANGE = `createdDateTime ge ${iso(NOW - 20 * HOUR)} and createdDateTime le ${iso(NOW - 2 * HOUR)}`;
const QUERY = pathWith(SIGN_INS, `${RANGE} and signInEventTypes/any(t: t eq 'nonInteractiveUser')`, 8);
const OF_REQUESTS = FAULTS.filter(({ stage }) => stage !== 'tenant');

let simulator: Simulator;
afterEach(() => simulator?.close());

/** An answer, or the way in which there was none. */
type Outcome = Answer | { readonly broken: string };

async function outcomeOf(url: string): Promise<Outcome> {
  return get(url).catch((error: NodeJS.ErrnoException) => ({ broken: String(error.code ?? error.message) }));
}

const isAnswer = (outcome: Outcome): outcome is Answer => 'status' in outcome;
const isError = (status: number, code: string, text: string) => (outcome: Outcome) =>
  isAnswer(outcome) &&
  outcome.status === status &&
  errorOf(outcome).code === code &&
  errorOf(outcome).message.includes(text);
const broken = (outcome: Outcome) => 'broken' in outcome;
const retryAfter = (form: RegExp) => (outcome: Outcome) =>
  isAnswer(outcome) && outcome.status === 429 && form.test(outcome.headers['retry-after'] ?? 'none');

function valid({ body }: Answer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

const page =
  (check: (records: string[], next: string | undefined, answer: Answer) => boolean) => (outcome: Outcome) => {
    if (!isAnswer(outcome) || outcome.status !== 200 || !valid(outcome)) return false;
    const next = (JSON.parse(outcome.body.toString()) as Record<string, string>)['@odata.nextLink'];
    return check(recordsOf(outcome.body), next, outcome);
  };
const cut = (test: (text: string) => boolean) => (outcome: Outcome) =>
  isAnswer(outcome) && outcome.status === 200 && !valid(outcome) && test(outcome.body.toString());
const eventTypes = (records: string[]) =>
  new Set(records.map((text) => String((JSON.parse(text) as Record<string, unknown>).signInEventTypes)));

/** The forms that each fault must show; every one must be seen. */
const FORMS: Readonly<Record<string, readonly ((outcome: Outcome) => boolean)[]>> = {
  'duplicate-rows': [page((records) => new Set(records).size < records.length)],
  'short-pages': [page((records, next) => records.length > 0 && records.length < 8 && next !== undefined)],
  'empty-pages': [page((records, next) => records.length === 0 && next !== undefined)],
  'repeating-next-link': [page((_, next) => next === simulator.url + QUERY.replaceAll("'", '%27'))],
  'ignored-filter': [page((records) => eventTypes(records).size > 1 && records.length === 8)],
  'throttle-with-retry-after': [
    retryAfter(/^\d+$/),
    retryAfter(/^\d\.\d{3}$/),
    retryAfter(/^\w{3}, \d\d \w{3} 2026 .* GMT$/),
  ],
  'throttle-without-retry-after': [retryAfter(/^none$/)],
  'unavailable-503': [isError(503, 'serviceNotAvailable', 'temporarily unavailable')],
  'gateway-timeout-504': [isError(504, 'UnknownError', 'gateway')],
  'connection-reset': [(outcome) => !isAnswer(outcome) && outcome.broken === 'ECONNRESET'],
  'expired-token': [isError(401, 'InvalidAuthenticationToken', 'the token is expired')],
  'expired-skiptoken': [
    isError(400, 'UnknownError', 'Invalid Skip Token, skip token is null'),
    isError(400, '', 'Invalid Skip Token'),
  ],
  'licence-403': [
    isError(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', "tenant doesn't have premium license"),
  ],
  'html-403': [
    (outcome) =>
      isAnswer(outcome) &&
      outcome.status === 403 &&
      /^<html>/.test(outcome.body.toString()) &&
      outcome.headers['content-type'] === 'text/html',
  ],
  'transient-400': [isError(400, 'UnknownError', 'Unsupported Query.')],
  'truncated-page': [broken, cut((text) => text.startsWith('{'))],
  'broken-page': [
    cut((text) =>
      /\{"id":"Sync_HM0PK_XXXXX"\{"error":\{"code":"BadRequest","message":"The property 'category\[Nullable=False\]'/.test(
        text,
      ),
    ),
  ],
  'slow-page': [page((records) => records.length === 8)],
};

describe.each(OF_REQUESTS.map((fault) => [fault.name, fault] as const))('%s', (name, { pagingOnly }) => {
  it('shows its documented forms and nothing else', async () => {
    simulator = await start({ speed: 10_000, perDay: 3000 });
    const link = String(
      (JSON.parse((await get(simulator.url + QUERY)).body.toString()) as Record<string, string>)['@odata.nextLink'],
    );
    const url = pagingOnly ? link : simulator.url + QUERY;
    const usual = (await get(url)).body;
    const ordinary = recordsOf(usual).join();
    await setFaults(simulator, [name]);
    const seen = new Set<number>();
    for (let count = 0; count < 100 || (count < 800 && seen.size < (FORMS[name]?.length ?? 0)); count += 1) {
      const outcome = await outcomeOf(url);
      const forms = FORMS[name]?.flatMap((form, index) => (form(outcome) ? [index] : [])) ?? [];
      const same =
        isAnswer(outcome) && outcome.status === 200 && valid(outcome) && recordsOf(outcome.body).join() === ordinary;
      if (name === 'slow-page' || !same || (name === 'repeating-next-link' && forms.length > 0)) {
        expect(forms, JSON.stringify(outcome).slice(0, 300)).not.toEqual([]);
      }
      for (const form of forms) seen.add(form);
    }
    expect(seen.size).toBe(FORMS[name]?.length);
  });
});

it('tests the forms of every fault of the table', () => {
  expect(Object.keys(FORMS).toSorted()).toEqual(OF_REQUESTS.map(({ name }) => name).toSorted());
});

describe('slow-page', () => {
  it('comes in drips', async () => {
    simulator = await start({ speed: 10, faults: ['slow-page'], perDay: 500 });
    const pieces: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      const response = await fetch(simulator.url + QUERY.replace('top=8', 'top=2'), {
        headers: { authorization: 'Bearer x' },
      });
      let chunks = 0;
      for await (const _ of response.body ?? []) chunks += 1;
      pieces.push(chunks);
    }
    expect(Math.max(...pieces)).toBeGreaterThanOrEqual(5);
    expect(Math.min(...pieces)).toBe(1);
  });
});

describe.each(['short-pages', 'empty-pages', 'duplicate-rows'])('a read with %s', (fault) => {
  it('never meets a link twice and gets every row', async () => {
    simulator = await start({ perDay: 3000, faults: [fault] });
    const range = `from=${iso(NOW - 20 * HOUR)}&to=${iso(NOW - 2 * HOUR)}`;
    const expected = new Set(await lines(simulator, `tenant/nonInteractiveSignIns?${range}`));
    const seen = new Set<string>();
    for (let url: string | undefined = simulator.url + QUERY; url !== undefined; ) {
      expect(seen).not.toContain(url);
      seen.add(url);
      const { body } = await get(url);
      for (const record of recordsOf(body)) expected.delete(stored(record));
      url = (JSON.parse(body.toString()) as Record<string, string>)['@odata.nextLink'];
    }
    expect([...expected]).toEqual([]);
  });
});

describe('duplicate-rows', () => {
  it('doubles rows on one page and over two pages, and loses none', async () => {
    simulator = await start({ perDay: 3000, faults: ['duplicate-rows'] });
    const expected = await lines(
      simulator,
      `tenant/nonInteractiveSignIns?from=${iso(NOW - 20 * HOUR)}&to=${iso(NOW - 2 * HOUR)}`,
    );
    const { records, pages } = await readAll(simulator.url + QUERY);
    expect(new Set(records)).toEqual(new Set(expected));
    expect(records.length).toBeGreaterThan(expected.length);
    expect(Math.max(...pages)).toBe(8);
    const doubledAcross = records.filter((record, at) => record === records[at + 1]);
    const doubledWithin = records.length - expected.length - doubledAcross.length;
    expect(Math.min(doubledAcross.length, doubledWithin)).toBeGreaterThan(0);
  });
});

describe('the plan', () => {
  const all = FAULTS.map(({ name }) => name);

  it('hits no URL thrice running with one fault, nor five times with any, and lets it through between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.subarray(all, { minLength: 1 }), (seed, names) => {
        const plan = createFaultPlan(seed, names);
        const drawn = Array.from({ length: 3000 }, (_, count) => plan.draw(count, 'one', true)?.name);
        for (const [at, name] of drawn.entries()) {
          if (name === undefined) continue;
          expect(drawn[at - 1] === name && drawn[at - 2] === name).toBe(false);
          expect(drawn.slice(Math.max(0, at - 4), at).filter((former) => former !== undefined).length).toBeLessThan(
            4 + Number(at < 4),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it('hits one request in three at most, however many faults are on, each of them at times', () => {
    const plan = createFaultPlan(1, all);
    const drawn = Array.from({ length: 20_000 }, (_, count) => plan.draw(count, `url ${count}`, true)?.name);
    const hit = drawn.filter((name) => name !== undefined);
    expect(hit.length / drawn.length).toBeGreaterThan(0.3);
    expect(hit.length / drawn.length).toBeLessThan(0.35);
    expect(new Set(hit)).toEqual(new Set(OF_REQUESTS.map(({ name }) => name)));
  });

  it.each(OF_REQUESTS.map(({ name, oneIn }) => [name, oneIn] as const))(
    'hits with %s alone one request in %i',
    (name, oneIn) => {
      const plan = createFaultPlan(3, [name]);
      const requests = 20_000;
      const hits = Array.from({ length: requests }, (_, count) => plan.draw(count, `url ${count}`, true)).filter(
        Boolean,
      ).length;
      expect(hits * oneIn).toBeGreaterThan(0.85 * requests);
      expect(hits * oneIn).toBeLessThan(1.15 * requests);
    },
  );

  it('is the same for the same seed and another for another', () => {
    const draw = (seed: number) => {
      const plan = createFaultPlan(seed, all);
      return Array.from({ length: 200 }, (_, count) => plan.draw(count, 'url', true)?.name ?? '-').join();
    };
    expect(draw(4)).toBe(draw(4));
    expect(draw(5)).not.toBe(draw(4));
  });

  it('reads names from a comma list, and knows all of them', () => {
    expect(parseFaults(' late-rows, short-pages,')).toEqual(['late-rows', 'short-pages']);
    expect(createFaultPlan(1, parseFaults('late-rows,all')).names).toEqual(all);
    expect(parseFaults('')).toEqual([]);
    expect(unknownFaults(['late-rows', 'gremlins'])).toEqual(['gremlins']);
  });
});

describe('a patient client', () => {
  it('reads everything of every log type although all faults are on', async () => {
    simulator = await start({ speed: 1000, perDay: 3000, faults: ['all'] });
    for (const { name, api, path, timeField, operators, signInEventType } of LOG_TYPES.values()) {
      const type = signInEventType ? ` and signInEventTypes/any(t: t eq '${signInEventType}')` : '';
      const [from, to] = [NOW - 30 * HOUR, NOW - 25 * HOUR];
      const filter = `${timeField} ${operators[0]} ${iso(from - 5000)} and ${timeField} ${operators[1]} ${iso(to + 5000)}${type}`;
      const url = simulator.url + pathWith(`/${api}${path}`, filter, 200);
      const found = new Set<string>();
      for (let read = 0; read < 4; read += 1) for (const record of (await readAll(url)).records) found.add(record);
      const expected = await lines(simulator, `tenant/${name}?from=${iso(from)}&to=${iso(to)}`);
      expect(
        expected.filter((record) => !found.has(record)),
        name,
      ).toEqual([]);
    }
  });
});

describe('faults', () => {
  it('are switched at run time, and an unknown name changes nothing', async () => {
    simulator = await start();
    expect((await setFaults(simulator, ['late-rows', 'html-403'])).status).toBe(200);
    expect((await report(simulator)).faults).toEqual(['late-rows', 'html-403']);
    const refused = await setFaults(simulator, ['gremlins']);
    expect([refused.status, refused.body.toString()]).toEqual([400, '{"error":"there is no fault \'gremlins\'"}\n']);
    expect((await get(`${simulator.url}/_simulator/faults`, {}, 'PUT', '{')).status).toBe(400);
    expect((await get(`${simulator.url}/_simulator/faults`, {}, 'PUT', '[1]')).status).toBe(400);
    expect(JSON.parse((await get(`${simulator.url}/_simulator/faults`)).body.toString())).toEqual([
      'late-rows',
      'html-403',
    ]);
    await setFaults(simulator, []);
    expect((await report(simulator)).faults).toEqual([]);
  });
});
