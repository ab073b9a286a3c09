/** Time that passes: runs of the pull timer one after another, and what the ledger says of them. */
import type { Entry, GapEntry, ReadEntry } from '../../shared/archive/entry.ts';
import type { Deps } from '../../shared/deps.ts';
import { pull } from '../../shared/pull.ts';
import { seconds, type World } from './flowHarness.ts';

export const HOUR = 3600;

/** One run of the timers of both budgets. */
export async function runOnce(world: World, deps: Deps = world.instance()): Promise<void> {
  for (const budget of ['reports', 'risk'] as const) await pull(deps, budget, new AbortController().signal);
}

/**
 * Lets the timers run every `step` seconds until `span` seconds have passed, once at the end at least.
 * @param meanwhile is called before each run.
 */
export async function live(world: World, span: number, step = 900, meanwhile?: () => void): Promise<void> {
  for (let passed = 0; passed < span; passed += step) {
    world.advance(Math.min(step, span - passed));
    meanwhile?.();
    await runOnce(world);
  }
}

/** The reads of one kind among some entries. */
export function readsFor(entries: readonly Entry[], why: ReadEntry['read']['why']): ReadEntry['read'][] {
  return entries
    .filter((entry): entry is ReadEntry => entry.kind === 'read')
    .map(({ read }) => read)
    .filter((read) => read.why === why);
}

/** Entries that a re-read committed whose window covers `time`. */
export function rereadsOf(entries: readonly Entry[], time: string): ReadEntry[] {
  const at = seconds(time);
  return entries.filter(
    (entry): entry is ReadEntry =>
      entry.kind === 'read' &&
      entry.read.why !== 'head' &&
      seconds(entry.read.from) <= at &&
      seconds(entry.read.to) > at,
  );
}

/** What the `gap` entries among some say. */
export function gapsOf(entries: readonly Entry[]): GapEntry['gap'][] {
  return entries.filter((entry): entry is GapEntry => entry.kind === 'gap').map(({ gap }) => gap);
}
