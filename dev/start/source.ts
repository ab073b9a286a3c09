/**
 * Where the records come from: our simulator, a simulator that somebody else runs, or a real tenant. Everything after
 * this asks only what a `Source` says.
 */
import { formatSimulatedTime, parseSimulatedTime, simulatedClock, systemClock } from '../../shared/clock.ts';
import { simulatedTenantId } from '../graphSimulator/tenant.ts';
import { requireCredential } from './credential.ts';
import { ask } from './host.ts';
import { continueLife, readLife } from './life.ts';
import { isLoopback, type Options } from './options.ts';
import { StartProblem } from './problem.ts';

export interface Source {
  readonly graphUrl: string;
  readonly tenantId: string;
  /** SIMULATED_CLOCK of the app; absent for the real time. */
  readonly clock?: string;
  /** How many times Graph's limits are allowed; absent for the real ones. */
  readonly speed?: number;
  /** It tells what it showed, so the archive can be compared. */
  readonly tellsTruth: boolean;
}

/** A tenant to simulate. */
export interface SimulatedTenant {
  readonly tenantId: string;
  readonly clock: string;
  readonly speed: number;
}

/** The tenant our own simulator shall be. With `--once` its time stands still, so that the run has an end. */
export function tenantToSimulate(options: Options, folder: string): SimulatedTenant {
  const tenantId = simulatedTenantId(options.seed, options.perDay);
  const time = continueLife(readLife(folder, tenantId), Date.now(), options.once ? 0 : options.speed);
  return { tenantId, clock: formatSimulatedTime(time), speed: options.speed };
}

/**
 * A Graph that somebody else runs.
 * @throws StartProblem when a real one has no TENANT_ID or nobody is signed in, or a local one is not our simulator.
 */
export async function foreignSource(
  graphUrl: string,
  env: NodeJS.ProcessEnv,
  once: boolean,
  signal: AbortSignal,
): Promise<Source> {
  if (!isLoopback(graphUrl)) {
    if (!env.TENANT_ID) {
      throw new StartProblem(
        `${graphUrl} needs to know your tenant: set TENANT_ID to its GUID in the environment ('az account show' prints it).`,
      );
    }
    await requireCredential(graphUrl, signal);
    return { graphUrl, tenantId: env.TENANT_ID, tellsTruth: false };
  }
  const told = (await (await ask(`${graphUrl}/_simulator`, signal)).json()) as Record<string, unknown>;
  const time = parseSimulatedTime(String(told.clock));
  if (typeof told.tenantId !== 'string' || !time) {
    throw new StartProblem(`${graphUrl} is not our Graph simulator: 'npm run graph-simulator' starts one.`);
  }
  // Its time runs on; ours stands still from here, so that the run has an end.
  const clock = once ? { origin: simulatedClock(time).now(), speed: 0 } : time;
  const speed = Math.max(1, Math.floor(Number(told.speed)));
  return { graphUrl, tenantId: told.tenantId, clock: formatSimulatedTime(clock), speed, tellsTruth: true };
}

/** What a source's clock shows now: milliseconds since 1970. */
export function nowAt(clock: string): number {
  const time = parseSimulatedTime(clock);
  return (time ? simulatedClock(time) : systemClock).now();
}
