/** Log types that cannot be had, or not all of it: what the ledger says meanwhile, and that nothing is lost that is left. */
import { describe, expect, it } from 'vitest';
import type { Entry, GapEntry } from '../../shared/archive/entry.ts';
import { addRequest, findRequest } from '../../shared/requests.ts';
import { timeOf } from '../support/archiveCheck.ts';
import type { FakeRequest } from '../support/fakeGraph.ts';
import { refusal } from '../support/fakeGraph.ts';
import { createWorld, DAY, linesOf, readsOf, row, rows, seconds, type World } from '../support/flowHarness.ts';
import { gapsOf, HOUR, live, runOnce } from '../support/life.ts';

const [TROUBLED, OTHER] = ['directoryAudits', 'managedIdentitySignIns'] as const;

const ANSWERS = {
  unlicensed: () => refusal(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', 'no premium license'),
  forbidden: () => refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges'),
  absent: () => refusal(404, 'UnknownError'),
} as const;
const CASES = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

/** Two log types, each with a row an hour from 12:30 on; what the source has kept for long enough it forgets. */
function begin(sourceDays = 30) {
  const world = createWorld({ logTypes: [TROUBLED, OTHER], sourceDays });
  let reached = now(world) - 3 * HOUR;
  const tenant = () => {
    for (; reached + HOUR <= now(world); reached += HOUR) {
      for (const name of [TROUBLED, OTHER]) {
        const time = new Date((reached + 600) * 1000).toISOString();
        world.graph.add(name, row(world.logType(name), `${name} ${time}`, time));
      }
    }
    const edge = new Date((now(world) - sourceDays * DAY) * 1000).toISOString();
    for (const name of [TROUBLED, OTHER]) {
      for (const { line, compared = '' } of kept(world, name)) if (compared < edge) world.graph.remove(name, line);
    }
  };
  tenant();
  return {
    world,
    tenant,
    /** Lets time pass in which both the tenant and the timers go on. */
    pass: (span: number, step = HOUR) => live(world, span, step, tenant),
    answer: (answer?: () => ReturnType<typeof refusal>) => {
      world.graph.script = ({ logType }) => (logType.name === TROUBLED ? answer?.() : undefined);
    },
  };
}

const now = (world: World) => world.clock.now() / 1000;
/** Rows that Graph still has. */
const kept = (world: World, name: string) =>
  world.graph.visible(name, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
const settled = (world: World, name: string) =>
  linesOf(kept(world, name).filter(({ compared = '' }) => seconds(compared) < world.until()));
const gapEntries = (entries: readonly Entry[]) => entries.filter((entry): entry is GapEntry => entry.kind === 'gap');

/** The other log type is up to date, whatever happens to the troubled one. */
function expectOther(world: World): void {
  const { lines, head } = world.check(OTHER);
  expect(head?.to).toBe(world.until());
  expect(lines).toEqual(expect.arrayContaining(settled(world, OTHER)));
  expect(gapsOf(world.check(OTHER).entries)).toEqual([]);
}

describe.each(CASES)('a log type that is %s for a while', (kind) => {
  it('waits: an entry after two runs in a row, then one a day, and afterwards all is archived', async () => {
    const { world, pass, answer } = begin();
    await pass(3 * HOUR);
    const head = world.check(TROUBLED).head;
    answer(ANSWERS[kind]);
    await pass(HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toEqual([]);
    await pass(HOUR);
    const [first, ...more] = gapEntries(world.check(TROUBLED).entries);
    expect(more).toEqual([]);
    expect(first?.gap).toMatchObject({
      from: new Date((head?.to ?? 0) * 1000).toISOString().replace('.000', ''),
      cause: expect.stringContaining(`${kind}: `),
      unavailable: kind,
    });
    await pass(58 * HOUR);
    const during = world.check(TROUBLED);
    expect(during.head).toEqual(head);
    const times = gapEntries(during.entries).map(({ time }) => seconds(time));
    expect(times.map((time) => Math.round((time - (times[0] ?? 0)) / DAY))).toEqual([0, 1, 2]);
    expectOther(world);

    answer();
    await pass(HOUR);
    const { lines, entries, head: after } = world.check(TROUBLED);
    expect(lines.toSorted()).toEqual(settled(world, TROUBLED));
    expect(after?.to).toBe(world.until());
    expect(gapEntries(entries)).toHaveLength(3);
    await pass(3 * HOUR);
    expect(gapEntries(world.check(TROUBLED).entries)).toHaveLength(3);
  });

  it('is asked little meanwhile', async () => {
    const { world, pass, answer } = begin();
    await pass(3 * HOUR);
    answer(ANSWERS[kind]);
    const asked = () => world.graph.requests.filter(({ logType }) => logType.name === TROUBLED).length;
    const before = asked();
    await pass(DAY, 900);
    expect(asked() - before).toBeLessThanOrEqual(96 * 3);
  });
});

describe('a permission that is missing', () => {
  it('is said after the second run that learns of it, whatever became of the row for people and other failures since', async () => {
    const { world, pass, answer } = begin();
    await pass(3 * HOUR);
    answer(ANSWERS.forbidden);
    await pass(HOUR);
    answer(() => refusal(503, 'ServiceUnavailable'));
    await pass(HOUR);
    world.stores.partitions.get(`${world.config.tenantId}|${TROUBLED}`)?.delete('status');
    expect(gapsOf(world.check(TROUBLED).entries)).toEqual([]);
    answer(ANSWERS.forbidden);
    await pass(HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toMatchObject([{ unavailable: 'forbidden' }]);
  });

  it('is said anew only after two runs more, once something was read', async () => {
    const { world, pass, answer } = begin();
    await pass(3 * HOUR);
    answer(ANSWERS.forbidden);
    await pass(2 * HOUR);
    answer();
    await pass(HOUR);
    answer(ANSWERS.forbidden);
    await pass(HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toHaveLength(1);
    await pass(HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toHaveLength(2);
  });
});

describe('a licence', () => {
  it('that is missing now and then, as Graph says of licensed tenants, leaves no entry', async () => {
    const { world, pass, tenant } = begin();
    await pass(3 * HOUR);
    let n = 0;
    await live(world, 12 * HOUR, HOUR, () => {
      tenant();
      n += 1;
      world.graph.script = ({ logType }) =>
        logType.name === TROUBLED && n % 2 === 1 ? ANSWERS.unlicensed() : undefined;
    });
    world.graph.script = () => undefined;
    await pass(HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toEqual([]);
    expect(world.check(TROUBLED).lines.toSorted()).toEqual(settled(world, TROUBLED));
  });

  it('that fails nine of ten requests leaves no entry either, as long as one in three tries is answered', async () => {
    const { world, pass } = begin();
    let n = 0;
    world.graph.script = ({ logType }) => {
      if (logType.name !== TROUBLED) return undefined;
      n += 1;
      return n % 3 === 0 ? undefined : ANSWERS.unlicensed();
    };
    await pass(12 * HOUR);
    expect(gapsOf(world.check(TROUBLED).entries)).toEqual([]);
    expect(world.check(TROUBLED).lines.toSorted()).toEqual(settled(world, TROUBLED));
  });

  it('that never was, and then is: the walk begins with all that the source has', async () => {
    const { world, pass, answer } = begin(7);
    answer(ANSWERS.unlicensed);
    await pass(12 * DAY, 8 * HOUR);
    const during = world.check(TROUBLED);
    expect(during.head).toBeUndefined();
    expect(gapEntries(during.entries).length).toBeGreaterThanOrEqual(11);
    expect(gapEntries(during.entries).length).toBeLessThanOrEqual(13);
    expectOther(world);
    answer();
    await pass(HOUR);
    const { lines, head } = world.check(TROUBLED);
    const edge = new Date((now(world) - 7 * DAY + HOUR) * 1000).toISOString();
    expect(lines.toSorted()).toEqual(
      settled(world, TROUBLED).filter(
        (line) => (/"activityDateTime":"(.+?)"/.exec(line)?.[1] ?? '') >= edge.slice(0, 13),
      ),
    );
    expect(head?.to).toBe(world.until());
  });

  it.each([0, 12])(
    'that comes back %i hours after the source began to forget: what is lost is said, once a day, what is left is read',
    async (more) => {
      const { world, pass, answer } = begin(7);
      await pass(3 * HOUR);
      const lapsed = world.check(TROUBLED).head?.to ?? 0;
      answer(ANSWERS.unlicensed);
      await pass(10 * DAY + more * HOUR, 3 * HOUR);
      expectOther(world);
      const during = gapEntries(world.check(TROUBLED).entries);
      expect(during.length).toBeLessThanOrEqual(2 * 11);
      expect(new Set(during.map(({ gap }) => gap.unavailable))).toEqual(new Set(['unlicensed']));
      expect(world.check(TROUBLED).head?.to).toBeLessThan(now(world) - 7 * DAY + HOUR + 1);
      answer();
      await pass(2 * HOUR);
      const { lines, entries, head } = world.check(TROUBLED);
      expect(head?.to).toBe(world.until());
      expect(settled(world, TROUBLED).filter((line) => !lines.includes(line)).length).toBeLessThanOrEqual(3);
      // What was lost lies in a gap that says so, and in no span that is said to have been read.
      const lost = world.graph
        .visible(TROUBLED, Number.POSITIVE_INFINITY, 0)
        .filter(({ line, compared = '' }) => !lines.includes(line) && seconds(compared) < world.until());
      expect(lost.length).toBeGreaterThan(2 * 24);
      const within = (spans: readonly { from: string; to: string }[], time: string) =>
        spans.some(({ from, to }) => seconds(from) <= seconds(time) && seconds(to) > seconds(time));
      expect(lost.filter(({ compared = '' }) => within(readsOf(entries), compared))).toEqual([]);
      const said = gapsOf(entries).filter(({ cause }) =>
        cause.startsWith('not read before the source forgot it (unlicensed'),
      );
      expect(lost.filter(({ compared = '' }) => !within(said, compared))).toEqual([]);
      expect(seconds(said[0]?.from ?? '')).toBe(lapsed);
    },
  );
});

describe('a source that refuses what it no longer keeps', () => {
  /** Graph's own words; `named` as it prints the earliest time. */
  const tooOld = (named?: string) =>
    refusal(
      400,
      'UnknownError',
      `Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time${named ? ` for activityDateTime is ${named}` : ''}')`,
    );
  const lower = ({ url }: FakeRequest) =>
    seconds(/ ge (\S+)/.exec(new URL(url).searchParams.get('$filter') ?? '')?.[1] ?? '');
  /** Refuses what begins before the midnight `days` days ago. */
  function refusing(world: World, days: number, isNamed: boolean) {
    world.graph.script = (request) => {
      const edge = Math.floor((now(world) - days * DAY) / DAY) * DAY;
      if (request.logType.name !== TROUBLED || lower(request) >= edge) return undefined;
      const [year, month, day] = new Date(edge * 1000).toISOString().slice(0, 10).split('-').map(Number);
      return tooOld(isNamed ? `${month}/${day}/${year} 12:00:00 AM` : undefined);
    };
    return Math.floor((now(world) - days * DAY) / DAY) * DAY;
  }

  it.each([true, false])(
    'at the first walk: it begins where the source begins (a date is named: %s)',
    async (isNamed) => {
      const { world, pass } = begin();
      const list = rows(world.logType(TROUBLED), 60, '2026-11-01T00:00:00Z', 8 * HOUR, 'old');
      world.graph.add(TROUBLED, ...list);
      const edge = refusing(world, 7, isNamed);
      await runOnce(world);
      const { lines, entries, head } = world.check(TROUBLED);
      expect(gapsOf(entries)).toEqual([]);
      expect(head?.to).toBe(world.until());
      const begins = head?.from ?? 0;
      expect(begins).toBeGreaterThan(edge);
      expect(begins).toBeLessThanOrEqual(edge + (isNamed ? HOUR : DAY + HOUR));
      expect(lines.toSorted()).toEqual(
        settled(world, TROUBLED).filter((line) => begins <= seconds(timeOf(line, world.logType(TROUBLED)))),
      );
      await pass(HOUR);
      expectOther(world);
    },
  );

  it.each([true, false])(
    'after an outage: what it refuses is a gap, and the head goes on behind it (a date is named: %s)',
    async (isNamed) => {
      const { world, pass, answer } = begin();
      await pass(3 * HOUR);
      const head = world.check(TROUBLED).head?.to ?? 0;
      answer(() => refusal(503, 'ServiceUnavailable'));
      await pass(9 * DAY, 6 * HOUR);
      expect(world.check(TROUBLED).head?.to).toBe(head);
      const edge = refusing(world, 7, isNamed);
      await pass(900, 900);
      const { entries, lines, head: after } = world.check(TROUBLED);
      expect(after?.to).toBe(world.until());
      const gaps = gapsOf(entries).filter(({ to }) => seconds(to) > head);
      expect(gaps.length).toBeGreaterThan(0);
      expect(seconds(gaps[0]?.from ?? '')).toBe(head);
      const behind = Math.max(...gaps.map(({ to }) => seconds(to)));
      expect(behind).toBeGreaterThanOrEqual(edge);
      expect(behind).toBeLessThanOrEqual(edge + (isNamed ? HOUR : DAY));
      for (const { cause } of gaps) expect(cause).toContain('Graph refuses to be asked for it');
      const due = kept(world, TROUBLED).filter(
        ({ compared = '' }) => seconds(compared) >= behind && seconds(compared) < world.until(),
      );
      expect(lines).toEqual(expect.arrayContaining(linesOf(due)));
      expectOther(world);
    },
  );

  it.each([true, false])(
    'in a sweep: it is noted as a failed re-read, and later sweeps and heads go on (a date is named: %s)',
    async (isNamed) => {
      const { world, pass } = begin();
      await pass(3 * HOUR);
      refusing(world, 5, isNamed);
      await pass(2 * DAY);
      const { entries, head, lines } = world.check(TROUBLED);
      expect(head?.to).toBe(world.until());
      expect(lines.toSorted()).toEqual(settled(world, TROUBLED));
      for (const { cause } of gapsOf(entries)) expect(cause).toContain('Graph refuses to be asked for it');
      expect(gapsOf(entries).length).toBeGreaterThan(0);
      expect(gapsOf(entries).length).toBeLessThan(150);
      expect(readsOf(entries).filter(({ why }) => why === 'sweep').length).toBeGreaterThan(10);
      expectOther(world);
    },
  );
});

describe('a request for a span that the source refuses in part', () => {
  it('ends: what is refused is said once, and the rest is read', async () => {
    const { world, pass } = begin();
    await pass(30 * HOUR);
    const [from, to] = [now(world) - 25 * HOUR, now(world) - 2 * HOUR].map((time) => Math.floor(time / HOUR) * HOUR);
    const request = await addRequest(world.instance(), world.logType(TROUBLED), { from: from ?? 0, to: to ?? 0 });
    const edge = Math.floor(now(world) / DAY) * DAY;
    const before = world.check(TROUBLED).entries.length;
    world.graph.script = ({ logType, url }) =>
      logType.name === TROUBLED && seconds(/ ge (\S+)/.exec(decodeURIComponent(url))?.[1] ?? '') < edge - 1
        ? refusal(400, 'UnknownError', 'Minimum allowed time for activityDateTime is 11/21/2026 12:00:00 AM')
        : undefined;
    await pass(HOUR);
    const found = await findRequest(world.instance(), request.id);
    expect(found).toMatchObject({ reached: to, counts: { new: 0, changed: 0 } });
    const said = world.check(TROUBLED).entries.slice(before);
    const spans = gapsOf(said).map((gap) => [seconds(gap.from), seconds(gap.to)]);
    expect(spans).toContainEqual([from, edge + HOUR]);
    expect(said.length).toBeLessThan(12);
  });
});

describe('a head that the source has outlived', () => {
  it('is said as a gap with its cause, and the pull goes on with all that is left', async () => {
    const { world, pass, answer } = begin(7);
    await pass(3 * HOUR);
    const head = world.check(TROUBLED).head?.to ?? 0;
    answer(() => refusal(503, 'ServiceUnavailable'));
    await pass(8 * DAY, DAY);
    answer();
    await pass(HOUR);
    const { entries, lines, head: after } = world.check(TROUBLED);
    expect(seconds(gapsOf(entries)[0]?.from ?? '')).toBe(head);
    expect(
      gapsOf(entries).every(({ cause }) => cause === 'not read before the source forgot it (it keeps 7 days)'),
    ).toBe(true);
    expect(after?.to).toBe(world.until());
    const behind = seconds(gapsOf(entries).at(-1)?.to ?? '');
    expect(lines).toEqual(
      expect.arrayContaining(
        linesOf(
          kept(world, TROUBLED).filter(
            ({ compared = '' }) => seconds(compared) >= behind && seconds(compared) < world.until(),
          ),
        ),
      ),
    );
    expectOther(world);
  });
});

describe('sign-ins without the policies applied to them', () => {
  const SIGN_INS = 'interactiveSignIns';
  const POLICIES = ',"appliedConditionalAccessPolicies":[]';
  it('are stored and alarmed once; when the permission is granted that is taken back', async () => {
    const world = createWorld({ logTypes: [SIGN_INS, TROUBLED], sourceDays: 30 });
    const add = (id: string, more = '') =>
      world.graph.add(
        SIGN_INS,
        row(world.logType(SIGN_INS), id, new Date((now(world) - 1200) * 1000).toISOString(), undefined, more),
      );
    const alarms = () =>
      world.logs.filter(({ level, message }) => level === 'error' && message.includes('Policy.Read.ConditionalAccess'));
    const lacks = () =>
      world.stores.partitions.get(`${world.config.tenantId}|${SIGN_INS}`)?.get('status')?.values.lacksPolicies;
    await runOnce(world);
    // Where nothing comes there is nothing to tell by.
    expect(lacks()).toBeUndefined();
    await live(world, 6 * HOUR, 900, () => add(`without-${now(world)}`));
    expect(alarms()).toHaveLength(1);
    expect(lacks()).toBe(true);
    // Granted: from now on Graph shows it, also of what happened before.
    const seen = kept(world, SIGN_INS);
    for (const { line } of seen) world.graph.remove(SIGN_INS, line);
    const whole = seen.map(({ line, compared }) => ({ line: line.replace('}', `${POLICIES}}`), compared }));
    world.graph.add(SIGN_INS, ...whole);
    await live(world, 4 * HOUR, 900, () => add(`with-${now(world)}`, POLICIES));
    expect(lacks()).toBe(false);
    expect(alarms()).toHaveLength(1);
    expect(world.check(SIGN_INS).lines).toEqual(expect.arrayContaining(linesOf(seen)));
    expect(world.check(TROUBLED).head?.to).toBe(world.until());
  });
});
