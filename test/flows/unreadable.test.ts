/** What Graph cannot show: one poisoned second is given up and tried again, an outage is waited for. */
import { describe, expect, it, vi } from 'vitest';
import { instantFromSeconds } from '../../shared/archive/time.ts';
import { piecesBetween } from '../../shared/coverageIndex.ts';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import { pull } from '../../shared/pull.ts';
import { addRequest, findRequest } from '../../shared/requests.ts';
import { timeOf } from '../support/archiveCheck.ts';
import { DAY, linesOf, readsOf, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { gapsOf, HOUR, live, readsFor, rereadsOf, runOnce } from '../support/life.ts';
import { brokenPage, poisoned, timedOut } from '../support/poison.ts';

const AUDITS = 'directoryAudits';
/** Each run reads a quarter of an hour of the head; this is within the first. */
const POISON = '2026-11-20T12:10:07.5Z';
const [SECOND, NEXT] = ['2026-11-20T12:10:07Z', '2026-11-20T12:10:08Z'];

/** An archive up to 12:05, and rows in every second around the poison that Graph shows as soon as it is asked. */
async function begin(name = AUDITS, sourceDays = 30) {
  const { world, type } = worldOf(name, { sourceDays });
  world.graph.add(name, ...rows(type, 60, '2026-11-20T09:00:00Z', 180, 'before'));
  await runOnce(world);
  const near = rows(type, 60, '2026-11-20T12:09:40Z', 1, 'near');
  world.graph.add(name, ...near, ...rows(type, 60, '2026-11-20T12:30:00Z', 60, 'behind'));
  return { world, type, lost: linesOf(near.filter(({ line }) => line.includes(SECOND.slice(0, -1)))) };
}

const present = (world: World, name = AUDITS) => world.graph.visible(name, Number.POSITIVE_INFINITY, 0);
const spansOf = (world: World, name = AUDITS) => gapsOf(world.check(name).entries).map(({ from, to }) => [from, to]);

describe.each([
  ['directoryAudits', 'a broken 200', brokenPage, 1],
  ['directoryAudits', '504', timedOut, 8],
  ['provisioning', 'a broken 200', brokenPage, 1],
  ['provisioning', '504', timedOut, 8],
] as const)('a poisoned second in the head of %s, answered with %s', (name, what, answer, runs) => {
  it('becomes one gap entry of exactly that second with its cause, and all else is archived, in few requests', async () => {
    const { world, lost } = await begin(name);
    world.graph.script = poisoned([POISON], answer);
    const asked = world.graph.requests.length;
    await live(world, runs * 900);
    expect(world.graph.requests.length - asked).toBeLessThan(what === '504' ? 90 : 60);
    const { lines, entries, head } = world.check(name);
    expect(gapsOf(entries)).toEqual([
      {
        from: SECOND,
        to: NEXT,
        cause: expect.stringMatching(what === '504' ? /Graph answered 504/ : /broken page/),
        recoverableUntil: '2026-12-20T12:10:07Z',
      },
    ]);
    expect(lost).toHaveLength(1);
    const due = present(world, name).filter(({ compared = '' }) => compared < instantFromSeconds(world.until()));
    expect(lines.toSorted()).toEqual(linesOf(due).filter((line) => !lost.includes(line)));
    expect(head?.to).toBe(world.until());
    expect(world.logs).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ from: SECOND, to: NEXT }) }),
    );
  });
});

describe('a gap', () => {
  it('is tried again at the ages of the schedule, each failure said anew, and closed when Graph heals', async () => {
    const { world } = await begin();
    world.graph.script = poisoned([POISON]);
    await live(world, 34 * HOUR, HOUR);
    const tries = world.check(AUDITS).entries.filter((entry) => entry.kind === 'gap');
    expect(new Set(spansOf(world).map(String))).toEqual(new Set([`${SECOND},${NEXT}`]));
    const ages = tries.map(({ time }) => (seconds(time) - seconds('2026-11-20T13:00:00Z')) / HOUR);
    expect(ages).toHaveLength(3);
    expect(ages[0]).toBeLessThan(1);
    expect(ages[1]).toBeGreaterThanOrEqual(2);
    expect(ages[1]).toBeLessThan(5);
    expect(ages[2]).toBeGreaterThanOrEqual(24);

    world.graph.script = () => undefined;
    await live(world, 3 * DAY, HOUR);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(present(world)));
    expect(gapsOf(entries)).toHaveLength(3);
    const pieces = await piecesBetween(world.instance(), AUDITS, seconds(SECOND), seconds(NEXT));
    expect(pieces).toMatchObject([{ failedAt: 0 }]);
  });

  it('is not tried between the ages', async () => {
    const { world } = await begin();
    world.graph.script = poisoned([POISON]);
    await live(world, 12 * HOUR, HOUR);
    const asked = world.graph.requests.length;
    await live(world, 8 * HOUR, HOUR);
    // Each hour: its head, and the sweep of the hour that has become two hours old.
    expect(world.graph.requests.length - asked).toBeLessThanOrEqual(2 * 8);
    expect(gapsOf(world.check(AUDITS).entries)).toHaveLength(2);
  });
});

describe('a poison that appears after the first read', () => {
  it('is noted as a failed re-read; the rest is swept, and nothing that was archived is lost', async () => {
    const { world, type } = await begin();
    await live(world, 2 * HOUR);
    const before = world.check(AUDITS).lines;
    world.graph.script = poisoned([POISON]);
    const late = [row(type, 'late-1', '2026-11-20T12:00:30Z'), row(type, 'late-2', '2026-11-20T12:10:09Z')];
    world.graph.add(AUDITS, ...late);
    await live(world, 3 * HOUR);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.slice(0, before.length)).toEqual(before);
    expect(lines).toEqual(expect.arrayContaining(linesOf(late)));
    expect(spansOf(world)).toEqual([[SECOND, NEXT]]);
    // The head has passed it: it stays read, and owes the next age.
    const pieces = await piecesBetween(world.instance(), AUDITS, seconds(SECOND), seconds(NEXT));
    expect(pieces).toMatchObject([
      { rereads: [], failedAt: seconds(entries.find(({ kind }) => kind === 'gap')?.time ?? '') },
    ]);
    const around = await piecesBetween(
      world.instance(),
      AUDITS,
      seconds('2026-11-20T12:05:00Z'),
      seconds('2026-11-20T13:00:00Z'),
    );
    expect(around.filter(({ rereads }) => rereads.length === 0)).toEqual(pieces);
  });

  it('costs as many sweeps as narrowing it takes, not one after another for ever', async () => {
    const { world } = await begin();
    await live(world, 2 * HOUR);
    const [entries, asked] = [world.check(AUDITS).entries.length, world.graph.requests.length];
    world.graph.script = poisoned([POISON]);
    await live(world, 2 * HOUR);
    const swept = rereadsOf(world.check(AUDITS).entries.slice(entries), '2026-11-20T12:00:00Z');
    expect(swept).toHaveLength(1);
    expect(world.check(AUDITS).entries.length - entries).toBeLessThan(50);
    expect(world.graph.requests.length - asked).toBeLessThan(90);
  });
});

describe('a request for a span with a poison in it', () => {
  it('is done all the same: the second is said to be unreadable, and the rest is read', async () => {
    const { world } = await begin();
    await live(world, 6 * HOUR);
    const span = { from: seconds('2026-11-20T10:00:00Z'), to: seconds('2026-11-20T14:00:00Z') };
    const request = await addRequest(world.instance(), world.logType(AUDITS), span);
    world.graph.script = poisoned([POISON]);
    await live(world, 900);
    const held = world.check(AUDITS).lines.map((line) => timeOf(line, world.logType(AUDITS)));
    const inside = held.filter(
      (time) => time >= '2026-11-20T10' && time < '2026-11-20T14' && !time.startsWith(SECOND.slice(0, -1)),
    );
    expect(await findRequest(world.instance(), request.id)).toMatchObject({
      reached: span.to,
      counts: { new: 0, changed: 0, duplicate: inside.length },
    });
    expect(spansOf(world)).toEqual([[SECOND, NEXT]]);
  });
});

describe('an outage', () => {
  const OUTAGES: readonly (readonly [what: string, answer: () => GraphAnswer])[] = [
    ['504', timedOut],
    ['broken pages', brokenPage],
  ];
  it.each(OUTAGES)(
    'of %s makes no gap however long it lasts, and nothing is missing afterwards',
    async (_what, answer) => {
      const { world } = await begin();
      world.graph.script = () => answer();
      await live(world, 2 * DAY, HOUR);
      const during = world.check(AUDITS);
      expect(gapsOf(during.entries)).toEqual([]);
      expect(during.head?.to).toBe(seconds('2026-11-20T12:05:00Z'));

      world.graph.script = () => undefined;
      await live(world, 3 * HOUR);
      const { lines, head, entries } = world.check(AUDITS);
      expect(lines.toSorted()).toEqual(linesOf(present(world)));
      expect(head?.to).toBe(world.until());
      expect(gapsOf(entries)).toEqual([]);
    },
  );
});

describe('what is known of a poison', () => {
  it('is kept between runs: a run that is killed is gone on with where it was', async () => {
    const uninterrupted = await begin();
    uninterrupted.world.graph.script = poisoned([POISON]);
    const start = uninterrupted.world.graph.requests.length;
    await live(uninterrupted.world, 900);
    const needed = uninterrupted.world.graph.requests.length - start;

    const { world, lost } = await begin();
    const poison = poisoned([POISON]);
    world.advance(900);
    let host = new AbortController();
    let asked = 0;
    world.graph.script = (request) => {
      asked += 1;
      if (asked % 10 === 0) host.abort(new Error('the host is shutting down'));
      return poison(request);
    };
    for (let n = 0; n < 40 && spansOf(world).length === 0; n += 1) {
      host = new AbortController();
      await pull(world.instance(), 'reports', host.signal);
    }
    expect(spansOf(world)).toEqual([[SECOND, NEXT]]);
    expect(asked).toBeLessThan(2 * needed);
    world.graph.script = poison;
    await live(world, 3 * HOUR);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(
      linesOf(present(world).filter(({ line }) => !lost.includes(line))),
    );
  });

  it('is kept for a window that outlasts every run: it gets narrower from run to run', async () => {
    const { world } = await begin();
    world.advance(12 * HOUR);
    const asked = world.graph.requests.length;
    let overdue = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => overdue.signal);
    // Windows of more than an hour never come to an end.
    world.graph.script = ({ url }) => {
      const [from = '', to = ''] = [...url.matchAll(/(\d{4}-\d\d-\d\dT[\d%A.]+Z)/g)].map(([text]) =>
        decodeURIComponent(text),
      );
      if (seconds(to) - seconds(from) > 2 * HOUR) overdue.abort(new DOMException('too late', 'TimeoutError'));
      return undefined;
    };
    const widths: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      overdue = new AbortController();
      await runOnce(world);
      const head = world.check(AUDITS).head?.to ?? 0;
      widths.push(head);
    }
    timeout.mockRestore();
    expect(world.graph.requests.length - asked).toBeLessThan(60);
    expect(widths.at(-1)).toBe(world.until());
    expect(gapsOf(world.check(AUDITS).entries)).toEqual([]);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(present(world)));
  });
});

describe('poisons in places that are edges', () => {
  const EDGES: readonly (readonly [
    where: string,
    poisons: readonly string[],
    spans: readonly (readonly string[])[],
  ])[] = [
    [
      'two adjacent seconds',
      ['2026-11-20T12:10:07.5Z', '2026-11-20T12:10:08.0Z'],
      [
        ['2026-11-20T12:10:07Z', '2026-11-20T12:10:08Z'],
        ['2026-11-20T12:10:08Z', '2026-11-20T12:10:09Z'],
      ],
    ],
    [
      'two seconds of an hour',
      ['2026-11-20T12:10:07.5Z', '2026-11-20T12:15:00.0Z'],
      [
        ['2026-11-20T12:10:07Z', '2026-11-20T12:10:08Z'],
        ['2026-11-20T12:15:00Z', '2026-11-20T12:15:01Z'],
      ],
    ],
    [
      'the second before the watermark',
      ['2026-11-20T12:19:59.9999999Z'],
      [['2026-11-20T12:19:59Z', '2026-11-20T12:20:00Z']],
    ],
    ['the second at the watermark', ['2026-11-20T12:20:00Z'], [['2026-11-20T12:20:00Z', '2026-11-20T12:20:01Z']]],
    ['the last second of an hour', ['2026-11-20T12:59:59Z'], [['2026-11-20T12:59:59Z', '2026-11-20T13:00:00Z']]],
    ['the first second of an hour', ['2026-11-20T13:00:00Z'], [['2026-11-20T13:00:00Z', '2026-11-20T13:00:01Z']]],
    ['the last second of a day', ['2026-11-20T23:59:59.5Z'], [['2026-11-20T23:59:59Z', '2026-11-21T00:00:00Z']]],
    ['the first second of a day', ['2026-11-21T00:00:00.5Z'], [['2026-11-21T00:00:00Z', '2026-11-21T00:00:01Z']]],
  ];
  it.each(EDGES)('%s: only they are given up, and closed later', async (_where, poisons, spans) => {
    const { world, type } = await begin();
    const dense = poisons.flatMap((text) => rows(type, 7, new Date((seconds(text) - 3) * 1000).toISOString(), 1, text));
    world.graph.add(AUDITS, ...dense);
    world.graph.script = poisoned(poisons);
    await live(world, 13 * HOUR);
    expect(new Set(spansOf(world).map(String))).toEqual(new Set(spans.map(String)));
    const isLost = (time: string) =>
      spans.some(([from = '', to = '']) => time >= from.slice(0, -1) && time < to.slice(0, -1));
    const readable = present(world).filter(({ compared }) => !isLost(compared ?? ''));
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(readable));

    world.graph.script = () => undefined;
    await live(world, 2 * DAY, HOUR);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(present(world)));
  });
});

describe('a poison in the first read of a state type, which has no lower bound', () => {
  it('is found between 1970 and now, in few requests and few entries', async () => {
    const USERS = 'riskyUsers';
    const { world, type } = worldOf(USERS);
    const poison = '2021-03-02T10:00:00.5Z';
    const list = [row(type, 'undated', null), ...rows(type, 40, '2019-01-01T00:00:00Z', 60 * DAY)];
    world.graph.add(USERS, ...list, row(type, 'poison', poison));
    world.graph.script = poisoned([poison]);
    await live(world, 2 * HOUR);
    expect(spansOf(world, USERS)).toEqual([['2021-03-02T10:00:00Z', '2021-03-02T10:00:01Z']]);
    const { lines, entries, head } = world.check(USERS);
    expect(lines.toSorted()).toEqual(linesOf(list));
    expect(head).toEqual({ from: 0, to: world.until() });
    expect(readsFor(entries, 'head').length).toBe(readsOf(entries).length);
    expect(entries.length).toBeLessThan(60);
    expect(world.graph.requests.length).toBeLessThan(150);
  });
});
