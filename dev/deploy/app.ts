/** The package in the app: whether this very one is there, its publishing, and whether the app answers with its version. */
import type { Clock } from '../../shared/clock.ts';
import type { Az } from './az.ts';
import { at } from './json.ts';
import { DeployProblem } from './problem.ts';

const ASK_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 20_000;

/** Publishes a zip (One Deploy: the app is restarted with it). Takes a minute or two. */
export async function publish(az: Az, resourceGroup: string, app: string, zip: string): Promise<void> {
  const place = ['--resource-group', resourceGroup, '--name', app];
  await az(['functionapp', 'deployment', 'source', 'config-zip', ...place, '--src', zip]);
}

/** The tag of the resource group that remembers which package was published last, by its SHA-256. */
export function packageTag(app: string): string {
  return `package-of-${app}`;
}

/** Remembers what was published. A crash before it makes the next run publish the same package again: no harm. */
export async function remember(az: Az, groupId: string, app: string, sha256: string): Promise<void> {
  const tag = `${packageTag(app)}=${sha256}`;
  await az(['tag', 'update', '--resource-id', groupId, '--operation', 'Merge', '--tags', tag]);
}

/** The version that `GET /api/health` states; otherwise why there is none, in a few words. */
export async function askHealth(host: string): Promise<{ version: string } | { because: string }> {
  try {
    const answer = await fetch(healthUrl(host), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' });
    if (!answer.ok) return { because: `it answers ${answer.status}` };
    const version = at(await answer.json(), 'version');
    return typeof version === 'string' ? { version } : { because: 'it answers without a version' };
  } catch (error) {
    const { cause, message } = error as Error;
    return { because: cause instanceof Error && cause.message ? cause.message : message };
  }
}

/**
 * Waits until the app answers with this version.
 * @throws DeployProblem with the last answer when it does not within `seconds`.
 */
export async function waitForVersion(
  host: string,
  version: string,
  seconds: number,
  clock: Pick<Clock, 'elapsed' | 'sleep'>,
  say: (line: string) => void,
): Promise<void> {
  const begun = clock.elapsed();
  let said = '';
  for (;;) {
    const answer = await askHealth(host);
    const state = 'because' in answer ? answer.because : `it answers with version ${answer.version}`;
    if ('version' in answer && answer.version === version)
      return say(`${healthUrl(host)} answers with version ${version}`);
    if (clock.elapsed() - begun > seconds * 1000) throw silent(host, version, state, seconds);
    if (state !== said) say(`waiting for version ${version}: ${state}`);
    said = state;
    await clock.sleep(ASK_EVERY_MS);
  }
}

function silent(host: string, version: string, state: string, seconds: number): DeployProblem {
  return new DeployProblem(
    `${healthUrl(host)} did not answer with version ${version} within ${seconds} s: ${state}.`,
    "Look at the app's log stream in the portal: a setting that is refused at the start is named there. Then run this again.",
  );
}

/** A host on this machine, as tests have it, speaks plain HTTP. */
function healthUrl(host: string): string {
  return `${/^127\.0\.0\.1:\d+$/.test(host) ? 'http' : 'https'}://${host}/api/health`;
}
