/**
 * `npm start`: the whole service on this machine, with one command.
 *
 * It starts a simulated Graph, builds the app, starts the storage and the Functions host, lets the app pull a month of a
 * tenant and shows how far it is, then stays up to be asked, or, with `--once`, compares the archive with what the
 * source showed and ends. Whatever stops it, Ctrl-C or a problem, nothing is left running and nothing committed is lost.
 */
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../shared/clock.ts';
import { startArchive } from './archive.ts';
import { build } from './build.ts';
import { type Archive, type LogTypeStatus, readStatus } from './host.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { helpText, type Options, readOptions } from './options.ts';
import { pullUpTo, targetOf } from './pulling.ts';
import { createScreen } from './screen.ts';
import type { Source } from './source.ts';
import { requireFreePort, requireKnownFaults, startSource, startStorage } from './stack.ts';
import { tableLines } from './table.ts';
import { commandsToTry } from './try.ts';
import { compareAll, shortcomings } from './verdict.ts';

/** Runs in a row that may bring nothing before a pull is given up. Faults of the simulator are to be outlasted. */
const PATIENCE = { simulated: 25, real: 2 };

process.chdir(fileURLToPath(new URL('../../', import.meta.url)));
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const lifecycle = createLifecycle();
  try {
    const options = readOptions(args);
    if (options === 'help') {
      say(helpText().trimEnd());
      return 0;
    }
    return await run(options, lifecycle);
  } catch (error) {
    return lifecycle.exitCodeOf(error);
  } finally {
    await lifecycle.end();
  }
}

async function run(options: Options, lifecycle: Lifecycle): Promise<number> {
  const { signal } = lifecycle;
  requireKnownFaults(options.faults);
  await requireFreePort(options.port);
  const source = await startSource(options, lifecycle);
  await build('.', signal);
  const storage = await startStorage(options, lifecycle);
  const archive = await startArchive(options, source, storage, lifecycle);

  const before = await readStatus(archive, signal);
  const target = targetOf(before);
  say(`Pulling ${before.logTypes.length} log types from ${source.graphUrl} up to ${new Date(target).toISOString()}`);
  const patience = source.tellsTruth ? PATIENCE.simulated : PATIENCE.real;
  const onProgress = createScreen(process.stdout, systemClock.elapsed);
  const { logTypes } = await pullUpTo(archive, target, { patience, onProgress }, signal);

  if (!options.once) return stayUp(archive, source, logTypes, lifecycle);
  const comparisons = source.tellsTruth
    ? await compareAll(source.graphUrl, archive, before, logTypes, signal)
    : undefined;
  say(`\n${tableLines(logTypes, comparisons).join('\n')}`);
  const problems = shortcomings(logTypes, comparisons, target);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function stayUp(
  archive: Archive,
  source: Source,
  logTypes: readonly LogTypeStatus[],
  lifecycle: Lifecycle,
): Promise<never> {
  say(`\n${tableLines(logTypes, undefined).join('\n')}`);
  for (const { logType, state, lastError } of logTypes) {
    if (state !== 'healthy') say(`${logType} is ${state}: ${lastError?.message ?? ''}`);
  }
  const commands = await commandsToTry(archive, logTypes, lifecycle.signal);
  say(`\nTry, in another terminal:\n\n  ${commands.join('\n  ')}\n`);
  const pace = source.speed === undefined ? '' : ` The tenant lives ${source.speed} times as fast as real.`;
  if (archive.signIn) say('Whoever asks needs a token. The page lets you sign in as whoever you like.\n');
  say(`The archive goes on pulling.${pace} Ctrl-C ends it. Look at it in a browser:\n\n  ${archive.url}/\n`);
  lifecycle.isUp();
  return new Promise((_, reject) => {
    lifecycle.signal.addEventListener('abort', () => reject(lifecycle.signal.reason), { once: true });
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
