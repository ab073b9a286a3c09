/** The part of a schedule in which things go wrong: timers that fire, instances that overlap, and a tenant that lives on. */
import type { Deps } from '../../shared/deps.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { pull } from '../../shared/pull.ts';
import { addRequest } from '../../shared/requests.ts';
import { live, NO_ANSWER } from './life.ts';
import type { World } from './world.ts';

export const BUDGETS = ['reports', 'risk'] as const;
/** No host goes down in a simulation: its processes crash. */
export const NEVER: AbortSignal = new AbortController().signal;

const HOUR = 3600;
const DAY = 24 * HOUR;
/** The share of firings during which somebody asks for a sweep. */
const REQUESTS = 0.15;

/** Lets time come to the next firing of the timers, and runs what it starts until all of it has ended or is held back. */
export async function fire(world: World, n: number, pause: number): Promise<void> {
  const { tenant, turns, random, now } = world;
  const before = now();
  world.firing(n);
  world.pass(pause * 1000);
  tenant.plan(before, now());
  tenant.live(now());
  world.trace(`--- ${new Date(now()).toISOString()}`);
  if (random() < 0.5) await world.deliver();
  turns.wake();
  const instances = 1 + Math.floor(random() * world.plan.instances);
  for (let i = 0; i < instances; i += 1) startInstance(world, `${n}.${i}`);
  if (random() < REQUESTS) startRequest(world, n);
  turns.spawn(() => disturb(world));
  await turns.run();
}

function startInstance(world: World, name: string): void {
  const [behind, ahead] = world.plan.clockSkew;
  const skew = Math.round(world.random() * (behind + ahead)) - behind;
  for (const budget of BUDGETS) {
    if (!world.config.logTypes.some((logType) => logType.budget === budget)) continue;
    world.turns.spawn(() => live(world, name, skew, (deps) => pull(deps, budget, NEVER)));
  }
}

/** Somebody asks for some hours to be read again, and is told an id or not. */
function startRequest(world: World, n: number): void {
  const { config, random } = world;
  const logType = config.logTypes[Math.floor(random() * config.logTypes.length)];
  const hours = 1 + Math.floor(random() * 12);
  if (!logType) return;
  world.turns.spawn(() => live(world, `${n}.request`, 0, (deps) => ask(world, deps, logType, hours)));
}

async function ask(world: World, deps: Deps, logType: LogType, hours: number): Promise<void> {
  try {
    const { head } = await applyLedger(deps, logType.name);
    if (!head) return;
    const oldest = world.now() / 1000 - (logType.sourceRetentionDays ?? 5) * DAY + HOUR;
    const to = Math.floor(head.to / HOUR) * HOUR;
    const from = Math.max(Math.ceil(Math.max(head.from, oldest) / HOUR) * HOUR, to - hours * HOUR);
    if (from < to) world.requests.push((await addRequest(deps, logType, { from, to })).id);
  } catch (error) {
    // Whoever is not told an id asks again, some day.
    if ((error as Error).message !== NO_ANSWER) throw error;
  }
}

/** While pages are read and segments written, rows come and go, and what was held back arrives. */
async function disturb({ turns, tenant, random, deliver }: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    for (let turn = Math.floor(random() * 25); turn >= 0; turn -= 1) await turns.turn();
    if (random() < 0.3) tenant.hurry();
    if (random() < 0.3) await deliver();
  }
}
