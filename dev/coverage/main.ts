/**
 * `npm run coverage`: what a running archive says it holds of a range, as a table.
 *
 * Ends with 0 when nothing is missing, 1 when something is, 2 when it cannot be asked.
 */
import { parseArgs } from 'node:util';
import type { CoverageAnswer } from '../../shared/coverage.ts';
import { oneLine } from '../start/problem.ts';
import { askArchive, NotUsable } from './ask.ts';
import { coverageTable, isMissing, type Unanswered } from './table.ts';

const HELP = `Asks a running archive what it holds of a range, and what is missing.

  npm run coverage -- --from 2026-11-01 --to 2026-11-20

  --from, --to TIME   the range: ISO 8601 with Z or an offset, or a date (default: the last 31 days)
  --log-type NAME     only this one (default: all)
  --url URL           where the archive answers (default: http://127.0.0.1:7071)
  --json              the answers as they are, one a line
  --help              this text

Environment:
  COVERAGE_TOKEN      an access token with the role Archive.Read, where the archive wants one (docs/ACCESS.md)

Ends with 0 when nothing is missing, 1 when something is, 2 when it cannot be asked.
`;

const FLAGS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'log-type': { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:7071' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

try {
  const { values } = parseArgs({ options: FLAGS, allowPositionals: false });
  if (values.help) process.stdout.write(HELP);
  else process.exitCode = await print(values);
} catch (error) {
  process.stderr.write(`coverage: ${oneLine(error).split('. To specify')[0]}\n`);
  process.exitCode = 2;
}

async function print(values: Values): Promise<number> {
  const names = values['log-type'] === undefined ? await logTypesOf(values.url) : [values['log-type']];
  const answers: (CoverageAnswer | Unanswered)[] = [];
  for (const name of names) answers.push(await coverageOf(values, name, names.length > 1));
  const lines = values.json ? answers.map((answer) => JSON.stringify(answer)) : coverageTable(answers);
  process.stdout.write(`${lines.join('\n')}\n`);
  return answers.some(isMissing) ? 1 : 0;
}

/** Not a flag: what stands on a command line can be seen by others. */
function ask(url: string): Promise<unknown> {
  return askArchive(url, process.env.COVERAGE_TOKEN);
}

async function logTypesOf(url: string): Promise<string[]> {
  const { logTypes } = (await ask(`${url}/api/logs`)) as { logTypes: { logType: string }[] };
  return logTypes.map(({ logType }) => logType);
}

/** @param others whether there are other log types, which one that cannot be answered for must not hide. */
async function coverageOf(values: Values, name: string, others: boolean): Promise<CoverageAnswer | Unanswered> {
  const query = new URLSearchParams();
  for (const bound of ['from', 'to'] as const) if (values[bound] !== undefined) query.set(bound, values[bound]);
  const url = `${values.url}/api/coverage/${encodeURIComponent(name)}${query.size > 0 ? `?${query}` : ''}`;
  try {
    return (await ask(url)) as CoverageAnswer;
  } catch (error) {
    if (!others || !(error instanceof NotUsable)) throw error;
    return { logType: name, problem: oneLine(error) };
  }
}
