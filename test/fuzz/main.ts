/** `npm run fuzz`: sends the whole app requests that nobody should send, and judges every answer. */
import { parseArgs } from 'node:util';
import { openCampaign, type Report } from './campaign.ts';

const HELP = `npm run fuzz -- [options]

Loads the app with an archive in memory under it, sends hostile and random requests to every route, and judges each
answer: ranges that do not exist refused before the storage is asked, no 5xx, problem documents without a stack, plain headers, no storage name outside the grammar, one line of log
for each event. The exit code is 1 when one is wrong.

  --requests N   how many random ones (default 1000)
  --seed N       of the random ones (default: by the clock)
  --path P       with --seed: only the one that this path of fast-check leads to
  --curated N    before them, each hostile text in each parameter, or every Nth of these requests
  --help         this text
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

function tell({ requests, statuses, names, logLines, failure }: Report): void {
  for (const [status, count] of [...statuses].sort()) say(`${status.padEnd(12)}${count}`);
  say(`${requests} requests, ${names} storage names of the grammar, ${logLines} log lines`);
  if (failure !== undefined) say(`WRONG: ${failure}`);
}

try {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { requests: text, seed: text, path: text, curated: text, help: flag };
  const { values } = parseArgs({ options });
  if (values.help) say(HELP);
  else {
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    const requests = Number(values.requests ?? 1000);
    if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(requests))
      throw new Error('--seed and --requests take whole numbers');
    const campaign = await openCampaign();
    let report = await campaign.ranges();
    if (report.failure === undefined && values.curated !== undefined)
      report = await campaign.curated(Number(values.curated));
    if (report.failure === undefined) {
      say(`seed ${seed}`);
      report = await campaign.random(seed, requests, values.path);
    }
    tell(report);
    process.exitCode = report.failure === undefined ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
