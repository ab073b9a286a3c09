/** `npm run tamper`: mutates a signed archive again and again and counts what the verifier does not notice. */
import { parseArgs } from 'node:util';
import { newCampaign } from './campaign.ts';

const HELP = `npm run tamper -- [options]

Changes a signed archive or an evidence bundle in memory, in one of many ways for each seed, and has the verifier judge it. The exit code is 1
when a change is not noticed, the verifier crashes, or the untouched archive is found fault with.

  --mutations N   how many (default 1000)
  --first N       seed of the first one (default 1)
  --seed N        one of them, with the whole report
  --help          this text
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function runMany(first: number, count: number): Promise<boolean> {
  const campaign = await newCampaign();
  const [tally, misses] = [new Map<string, number>(), [] as string[]];
  let alarms = 0;
  for (let n = 0; n < count; n += 1) {
    const { seed, kind, miss } = await campaign.run(first + n);
    tally.set(kind, (tally.get(kind) ?? 0) + 1);
    if (miss !== undefined) misses.push(`MISSED by seed ${seed}, ${kind}: ${miss}`);
    if (n % 100 === 0) {
      for (const { verdict, findings } of [await campaign.clean(n / 100), ...(await campaign.cleanBundles())])
        if (verdict !== 'proved' || findings.length > 0) alarms += 1;
    }
    if (n % 2000 === 1999) say(`${n + 1} of ${count}, ${misses.length} missed`);
  }
  for (const [kind, times] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1))) say(`${kind.padEnd(44)}${times}`);
  for (const miss of misses.slice(0, 20)) say(miss);
  say(
    `\n${count} mutations of ${tally.size} kinds, ${misses.length} missed, ${alarms} alarms on the untouched archive`,
  );
  return misses.length === 0 && alarms === 0;
}

async function runOne(seed: number): Promise<boolean> {
  const { kind, miss, report } = await (await newCampaign()).run(seed);
  say(`${kind}: ${miss ?? 'noticed'}\n${JSON.stringify(report, null, 2)}`);
  return miss === undefined;
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not '${text}'`);
  return Number(text);
}

try {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { mutations: text, first: text, seed: text, help: { type: 'boolean' } } });
  if (values.help) say(HELP);
  else if (values.seed !== undefined) process.exitCode = (await runOne(whole('seed', values.seed))) ? 0 : 1;
  else {
    const [first, count] = [whole('first', values.first ?? '1'), whole('mutations', values.mutations ?? '1000')];
    process.exitCode = (await runMany(first, count)) ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`tamper: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
