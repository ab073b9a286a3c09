/** `npm run simulate`: runs a campaign, says how it went, and fails when anything is violated. */
import {
  type Campaign,
  exhaustiveCampaign,
  isAsStated,
  mutantCampaign,
  randomCampaign,
  retentionCampaign,
} from './campaigns.ts';
import type { Case } from './cases.ts';
import { replay } from './crew.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { HELP, readOptions, type Task } from './options.ts';
import { unmet, unmetByRetention } from './required.ts';
import { RETENTION_MUTANTS } from './retention/mutants.ts';

/** Schedules from which on a campaign must have met everything that the simulation can bring about. */
const ENOUGH = 1000;

const say = (text: string) => process.stdout.write(`${text}\n`);

function progress() {
  const begun = performance.now();
  let said = begun;
  return (ran: number, of: number, failed: number) => {
    if (performance.now() - said < 5000 && ran < of) return;
    said = performance.now();
    say(`${ran} of ${of}, ${failed} violations, ${(ran / ((said - begun) / 1000)).toFixed(1)} schedules/s`);
  };
}

function summarise({ ran, failures, tally }: Campaign, required: readonly string[]): boolean {
  for (const [what, times] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1))) say(`${what.padEnd(44)}${times}`);
  for (const failure of failures.slice(0, 20)) say(`\nVIOLATION ${failure}`);
  for (const what of required)
    say(`\nNOT MET: '${what}' never happened; the simulation no longer tests what it claims`);
  say(`\n${ran} schedules, ${failures.length} violations`);
  return failures.length === 0 && required.length === 0;
}

async function mutants(list: readonly Mutant[]): Promise<boolean> {
  const results = await mutantCampaign(list, (result) => {
    const { mutant, caughtAfter, violation = '', command, broken } = result;
    const caught = broken ?? (caughtAfter === undefined ? 'not caught' : `caught after ${caughtAfter}`);
    say(`${isAsStated(result) ? 'ok  ' : 'WRONG'} ${mutant.name}: ${caught}`);
    say(`     ${mutant.harmless ? `harmless: ${mutant.harmless}` : violation.split('\n')[0]?.slice(0, 150)}`);
    if (command && !isAsStated(result)) say(`     ${command}`);
  });
  const wrong = results.filter((result) => !isAsStated(result));
  const harmful = results.filter(({ mutant }) => mutant.harmless === undefined);
  say(
    `\n${harmful.length} harmful mutants, ${results.length - harmful.length} harmless, ${wrong.length} not as stated`,
  );
  return wrong.length === 0;
}

async function show(which: Case, mutant: string | undefined): Promise<boolean> {
  const { failed, trace } = await replay(which, mutant);
  for (const line of trace) say(line);
  say(failed.length === 0 ? '\nnothing is violated' : `\nVIOLATION ${failed[0]?.violation}`);
  return failed.length === 0;
}

async function perform(task: Task): Promise<boolean> {
  if (task.kind === 'help') say(HELP);
  if (task.kind === 'replay') return show(task.which, task.mutant);
  if (task.kind === 'mutants') return mutants(task.ofRetention ? RETENTION_MUTANTS : MUTANTS);
  if (task.kind === 'retention') {
    const campaign = await retentionCampaign(task.first, task.schedules, progress());
    return summarise(campaign, task.schedules < ENOUGH ? [] : unmetByRetention(campaign.tally));
  }
  if (task.kind === 'exhaustive') return summarise(await exhaustiveCampaign(progress()), []);
  if (task.kind === 'random') {
    const campaign = await randomCampaign(task.first, task.schedules, progress());
    return summarise(campaign, task.schedules < ENOUGH ? [] : unmet(campaign.tally));
  }
  return true;
}

try {
  process.exitCode = (await perform(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
