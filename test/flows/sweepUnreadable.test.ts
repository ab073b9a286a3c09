/** A second that Graph never shows, met again by the sweeps: the rest of its hour is read again all the same, once. */
import { expect, it } from 'vitest';
import { pull } from '../../shared/pull.ts';
import { ledgerBodies } from '../support/coverageLedger.ts';
import { seconds, worldOf } from '../support/flowHarness.ts';

const HOUR = 3600;
const UNREADABLE = '2026-11-20T15:00:07Z';
/** Far more than narrowing a window down to a second takes, on either walk. */
const MOST_REQUESTS = 400;

/** Whether a request asks for this second. */
function asksFor(url: string, second: number): boolean {
  const filter = new URL(url).searchParams.get('$filter') ?? '';
  const [from = 0, to = 0] = [...filter.matchAll(/ [gl]e (\S+)/g)].map((match) => seconds(match[1] ?? ''));
  return from <= second && second <= to;
}

it('a sweep that is narrowed around an unreadable second goes on behind what it has read, and ends', async () => {
  const { world, type } = worldOf('directoryAudits', { sourceDays: 7 });
  const stopping = new AbortController();
  world.graph.script = ({ n, url }) => {
    if (n > MOST_REQUESTS) stopping.abort(new Error('it never ends'));
    if (!asksFor(url, seconds(UNREADABLE))) return undefined;
    return { status: 200, headers: {}, body: Buffer.from('{') };
  };
  for (let run = 0; run < 3; run += 1) {
    await pull(world.instance(), type.budget, stopping.signal);
    world.advance(5 * HOUR);
  }
  expect(stopping.signal.aborted).toBe(false);
  const bodies = ledgerBodies(world, type);
  const sweeps = bodies.flatMap((body) => (body.kind === 'read' && body.read.why === 'sweep' ? [body.read] : []));
  const around = sweeps.filter(({ from, to }) => from < '2026-11-20T17:00:00Z' && to > '2026-11-20T14:00:00Z');
  expect(around.length).toBeGreaterThan(5);
  for (const [n, { from }] of around.entries()) {
    expect(from >= (around[n - 1]?.to ?? '')).toBe(true);
  }
  const gaps = bodies.flatMap((body) => (body.kind === 'gap' ? [body.gap] : []));
  // By the head, and by the sweep that tried it again.
  expect(gaps.filter(({ from, to }) => from <= UNREADABLE && to > UNREADABLE)).toHaveLength(2);
});
