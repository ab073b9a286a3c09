/**
 * `npm run graph-simulator`: the Graph simulator alone, until it is told to stop.
 *
 * What it does not understand it refuses in one line.
 */
import { parseArgs } from 'node:util';
import { parseSimulatedTime } from '../../shared/clock.ts';
import { CONDITIONS } from './conditionTable.ts';
import { FAULTS, parseFaults, unknownFaults } from './faultTable.ts';
import { type SimulatorOptions, startGraphSimulator } from './server.ts';

const UNIT = { tenant: 'rows', answer: 'requests', page: 'requests', delivery: 'requests' } as const;

const HELP = `Simulates Microsoft Graph's log endpoints over a tenant that does not exist, on 127.0.0.1.

  --port N         port (default: any free one)
  --seed N         another seed is another tenant (default: 1)
  --days N         days of history (default: 30)
  --per-day N      records a day, over all log types (default: 2000)
  --speed N        times real: the clock, Graph's request limits; divides Retry-After (default: 1)
  --clock TEXT     the tenant's clock, <origin>*<speed>, such as 2026-11-21T08:00:00Z*60; *0 is frozen
  --faults A,B     faults to begin with, or 'all'; PUT /_simulator/faults changes them
  --help           this text

Faults (alone they hit about one in so many; however many are on, one request in three at most):
${FAULTS.map(({ name, oneIn, stage, text }) => `  ${name.padEnd(30)}1 of ${String(oneIn).padStart(2)} ${UNIT[stage].padEnd(9)} ${text}`).join('\n')}

Conditions (none to begin with; they hit every read of the log types named, until they are taken back):
${CONDITIONS.map(({ name, takes, text }) => `  ${name.padEnd(30)}${(takes ?? '').padEnd(16)} ${text}`).join('\n')}
  PUT /_simulator/conditions puts others in their place, such as [{"name":"minimum-time","logTypes":["directoryAudits"],
  "days":7},{"name":"slow-second","logTypes":["provisioning"],"second":"2026-11-20T05:00:00Z"}], or none: []

Routes of its own: GET /_simulator, GET and PUT /_simulator/faults, GET and PUT /_simulator/conditions,
GET /_simulator/truth/{logType}?from&to[&certain=true] (what was shown, or what a reader must have),
GET /_simulator/tenant/{logType}?from&to (what exists).
`;

const FLAGS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  days: { type: 'string' },
  'per-day': { type: 'string' },
  speed: { type: 'string' },
  clock: { type: 'string' },
  faults: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

try {
  const { values } = parseArgs({ options: FLAGS, allowPositionals: false });
  if (values.help) process.stdout.write(HELP);
  else await run(readOptions(values));
} catch (error) {
  process.stderr.write(`graph-simulator: ${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startGraphSimulator(options);
  process.stdout.write(`Graph simulator listening on ${simulator.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
}

function readOptions(values: Values): SimulatorOptions {
  const faults = parseFaults(values.faults ?? '');
  const [unknown] = unknownFaults(faults);
  if (unknown !== undefined) throw new Error(`there is no fault '${unknown}'; --help lists them`);
  const time = values.clock === undefined ? undefined : parseSimulatedTime(values.clock);
  if (values.clock !== undefined && time === undefined) {
    throw new Error(`--clock wants <origin>*<speed>, such as 2026-11-21T08:00:00Z*60, not '${values.clock}'`);
  }
  return {
    port: whole(values, 'port', 0, 0, 65_535),
    seed: whole(values, 'seed', 1, 0, 2 ** 31 - 1),
    days: whole(values, 'days', 30, 1, 3650),
    perDay: whole(values, 'per-day', 2000, 1, 10_000_000),
    speed: number(values, 'speed', 1),
    faults,
    ...(time && { time }),
  };
}

function whole(
  values: Values,
  name: 'port' | 'seed' | 'days' | 'per-day',
  fallback: number,
  least: number,
  most: number,
): number {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} wants a whole number from ${least} to ${most}, not '${text}'`);
}

function number(values: Values, name: 'speed', fallback: number): number {
  const text = values[name];
  if (text === undefined) return fallback;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new Error(`--${name} wants a number of 0 or more, not '${text}'`);
}

/** One line. What follows the first sentence of Node's own message about a flag is advice that does not apply. */
function explain(error: unknown): string {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken; choose another with --port`;
  if (code?.startsWith('ERR_PARSE_ARGS'))
    return `${message.split('. ')[0]?.replace(/\.$/, '')}; --help lists the flags`;
  return message.split('\n')[0] ?? 'failed';
}
