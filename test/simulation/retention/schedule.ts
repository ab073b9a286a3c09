/**
 * One schedule of retention: records come, are committed, swept, held, released and deleted by instances that overlap,
 * crash and are held back, while the clock runs over their retentions; then a calm in which all that is due must go.
 */

import { formatSeconds } from '../../../shared/archive/time.ts';
import type { Deps } from '../../../shared/deps.ts';
import { expireLedgers } from '../../../shared/expire.ts';
import type { ExpireDeps } from '../../../shared/expiry/deps.ts';
import { HoldDiffers, placeHold, releaseHold } from '../../../shared/holds.ts';
import { applyLedger } from '../../../shared/ledger.ts';
import type { LogType } from '../../../shared/logTypes.ts';
import { pull } from '../../../shared/pull.ts';
import { noFaults } from '../faults.ts';
import { live, NO_ANSWER } from '../life.ts';
import type { Outcome } from '../schedule.ts';
import { BUDGETS, NEVER } from '../storm.ts';
import { count } from '../tally.ts';
import { hourIn, isUndated } from './judge.ts';
import { lookAtAll, sign } from './look.ts';
import { retentionPlanOf } from './plan.ts';
import { createRetentionWorld, type RetentionWorld } from './world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Turns that a pull may come later than a deletion. */
const MOST_DELAY = 60;
/** Runs after which nothing may be left. */
const MOST_RUNS = 12;

export async function runRetention(seed: number, trace: (line: string) => void = () => {}): Promise<Outcome> {
  const plan = retentionPlanOf(seed);
  const world = createRetentionWorld(plan, trace);
  world.tenant.plan(plan.start - plan.sourceDays * DAY * 1000, plan.start);
  world.tenant.live(plan.start);
  for (const [n, pause] of plan.pauses.entries()) if (goesOn(world)) await fire(world, n, pause);
  const calls = world.calls();
  if (goesOn(world)) await calmDown(world);
  count(world.tally, 'calls', world.calls());
  return { violations: world.violations, calls, graphCalls: [], tally: world.tally };
}

function goesOn({ violations }: RetentionWorld): boolean {
  return violations.length === 0;
}

/** Lets time come to the next firing, and runs what it starts until all of it has ended or is held back. */
async function fire(world: RetentionWorld, n: number, pause: number): Promise<void> {
  const { tenant, turns, random, now, plan } = world;
  const before = now();
  world.firing(n);
  // Not under the hands of somebody who has looked already.
  if (n >= plan.theftAt && world.judge.stolen.size === 0 && !turns.isHolding()) world.judge.steal(random);
  world.pass(pause * 1000);
  tenant.plan(before, now());
  tenant.live(now());
  world.trace(`--- ${new Date(now()).toISOString()}`);
  if (random() < 0.5) await world.deliver();
  turns.wake();
  // Writers come at any point of a deletion of what they are going to write again.
  const delay = n === plan.stumblesAt + 1 ? Math.floor(random() * MOST_DELAY) : 0;
  const pulling = async (deps: Deps) => {
    for (let turn = 0; turn < delay; turn += 1) await turns.turn();
    await pullAll(world, n === plan.stumblesAt ? withoutEntries(deps) : deps);
  };
  start(world, `${n}.pull`, pulling);
  if (random() < 0.3) start(world, `${n}.pull2`, pulling);
  const expiring = n === plan.stumblesAt ? 0 : n === plan.stumblesAt + 1 ? 2 : Math.floor(random() * 3);
  for (let i = expiring; i > 0; i -= 1) {
    start(world, `${n}.expire${i}`, (deps) => expireLedgers(deps, NEVER), plan.aheadOfTime);
  }
  if (plan.signs) startSigning(world);
  if (random() < plan.holds) start(world, `${n}.hold`, (deps) => hold(world, deps));
  if (random() < plan.holds) start(world, `${n}.release`, (deps) => release(world, deps));
  await turns.run();
  if (goesOn(world)) await lookAtAll(world, false);
}

/** The store takes segments, and no entries. */
function withoutEntries(deps: Deps): Deps {
  const putIfAbsent: Deps['blobs']['putIfAbsent'] = async (container, name, bytes) => {
    if (container === 'ledger') throw new Error(NO_ANSWER);
    return deps.blobs.putIfAbsent(container, name, bytes);
  };
  return { ...deps, blobs: { ...deps.blobs, putIfAbsent } };
}

/** @param more seconds by which its clock may be further ahead than others'. */
function start(world: RetentionWorld, name: string, work: (deps: ExpireDeps) => Promise<unknown>, more = 0): void {
  const [behind, most] = world.plan.clockSkew;
  const ahead = most + more;
  const skew = Math.round(world.random() * (behind + ahead)) - behind;
  world.turns.spawn(() => live(world, name, skew, work));
}

async function pullAll(world: RetentionWorld, deps: Deps): Promise<void> {
  for (const budget of BUDGETS) {
    if (world.config.logTypes.some((logType) => logType.budget === budget)) await pull(deps, budget, NEVER);
  }
}

/** At some point between the steps of the others, in one step of its own. */
function startSigning(world: RetentionWorld): void {
  world.turns.spawn(async () => {
    for (let turn = Math.floor(world.random() * 60); turn >= 0; turn -= 1) await world.turns.turn();
    await sign(world);
  });
}

/** Somebody places a hold on some hours, and is told what it lost, or nothing. */
async function hold(world: RetentionWorld, deps: Deps): Promise<void> {
  const { config, random, now, judge } = world;
  const logType = config.logTypes[Math.floor(random() * config.logTypes.length)] as LogType;
  const { meant, named, confirmed } = judge.watchedOf(`${config.tenantId}/${logType.name}`);
  // As often as not on hours that are being deleted just now.
  const underWay = [...meant.keys()].filter((name) => !confirmed.has(name));
  const aimed = random() < 0.5 ? underWay[Math.floor(random() * underWay.length)] : undefined;
  const from = aimed === undefined ? Math.floor(now() / 1000 - random() * 4 * DAY) : hourIn(aimed);
  const to = from + 1 + Math.floor(random() * 12 * HOUR);
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const terms = { id, case: 'c'.repeat(64), from: formatSeconds(from), to: formatSeconds(to) };
  await answered(async () => {
    const placed = await placeHold(deps, logType, terms);
    const lost = [...named.keys()].filter((name) => {
      const hour = hourIn(name);
      const isHeld = isUndated(name) || (hour < to && hour + HOUR > from);
      return isHeld && (meant.get(name) ?? Number.POSITIVE_INFINITY) < placed.hold.seq;
    });
    const told = placed.beingDeleted.length + placed.deleted;
    count(world.tally, told > 0 ? 'hold: after a deletion' : 'hold: placed');
    if (placed.beingDeleted.length > 0) count(world.tally, 'hold: during a deletion');
    if (told !== lost.length) world.found(`a hold of ${logType.name} lost ${lost.length} and is told of ${told}`);
  });
}

/** Somebody releases one of the holds that are open. */
async function release(world: RetentionWorld, deps: Deps): Promise<void> {
  for (const logType of world.config.logTypes) {
    const { open } = world.judge.watchedOf(`${world.config.tenantId}/${logType.name}`);
    const [id] = open.keys();
    if (id !== undefined) await answered(() => releaseHold(deps, logType, id));
  }
}

async function answered(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    // Somebody may release a hold before whoever placed it has looked that it is there.
    if ((error as Error).message !== NO_ANSWER && !(error instanceof HoldDiffers)) throw error;
  }
}

/** No faults and no more records: every retention ends, and nothing may be left but what is held; then nothing at all. */
async function calmDown(world: RetentionWorld): Promise<void> {
  const { turns, config, plan } = world;
  world.firing(Number.POSITIVE_INFINITY);
  turns.wake();
  await turns.run();
  await world.deliver();
  world.pass((Math.max(...Object.values(plan.retentionDays)) + 1) * DAY * 1000);
  await deleteAllBut(world, world.judge.isHeld);
  const held = left(world);
  if (held.length > 0) count(world.tally, 'calm: only what is held is left');
  if (held.some((name) => ![...world.judge.ledgers.values()].some(({ named }) => named.has(name)))) {
    count(world.tally, 'calm: an orphan is held');
  }
  for (const logType of config.logTypes) {
    const { open } = world.judge.watchedOf(`${config.tenantId}/${logType.name}`);
    for (const id of [...open.keys()]) await quietly(world, (deps) => releaseHold(deps, logType, id));
  }
  await deleteAllBut(world, () => false);
  // What was confirmed last is signed too.
  await quietly(world, (deps) => expireLedgers(deps, NEVER));
  if (plan.signs) await sign(world);
  for (const { named, confirmed } of world.judge.ledgers.values()) {
    const open = [...named.keys()].find((name) => !confirmed.has(name) && !world.judge.stolen.has(name));
    if (open !== undefined) world.found(`${open} is gone, and no entry says so`);
  }
  for (const logType of config.logTypes) await quietly(world, (deps) => applyLedger(deps, logType.name));
  if (goesOn(world)) await lookAtAll(world, true);
}

/** Lets the timers run until nothing is stored that need not be. */
async function deleteAllBut(world: RetentionWorld, stays: (name: string) => boolean): Promise<void> {
  const owed = () => left(world).filter((name) => !stays(name));
  for (let n = 1; goesOn(world) && (n === 1 || owed().length > 0); n += 1) {
    if (n > MOST_RUNS) return world.found(`after ${MOST_RUNS} quiet runs there is still ${owed()}`);
    await quietly(world, (deps) => expireLedgers(deps, NEVER));
    if (world.plan.signs) await sign(world);
    world.pass(HOUR * 1000);
  }
}

async function quietly(world: RetentionWorld, work: (deps: ExpireDeps) => Promise<unknown>): Promise<void> {
  world.turns.spawn(() => live({ ...world, faults: noFaults }, 'quiet', 0, work));
  await world.turns.run();
}

/** Segments that are still stored. */
function left({ stores }: RetentionWorld): string[] {
  const containers = [...stores.containers].filter(([name]) => name.startsWith('archive-'));
  return containers.flatMap(([container, blobs]) => [...blobs.keys()].map((name) => `${container}/${name}`));
}
