/**
 * The command line of `npm start`: one table of flags, from which both the help and the checks are made.
 *
 * A flag that is unknown, malformed, or that could have no effect beside the others is refused in one line: a slip must
 * not start a pull of the wrong thing.
 */
import { parseArgs } from 'node:util';
import { oneLine, StartProblem } from './problem.ts';

export interface Options {
  /** Days of history: of the simulated tenant, and how far back a first walk begins. */
  readonly days: number;
  /** Records a day of the simulated tenant, over all log types. */
  readonly perDay: number;
  readonly seed: number;
  /** How many times faster than real the simulated tenant lives and is served. */
  readonly speed: number;
  readonly once: boolean;
  /** Faults of the simulator, as its own command line takes them. */
  readonly faults: string | undefined;
  /** Another Graph instead of the simulator. */
  readonly graph: string | undefined;
  /** Connection string of another storage instead of our Azurite. */
  readonly storage: string | undefined;
  readonly port: number;
  /** Whether the archive wants to know who asks. */
  readonly auth: boolean;
}

interface Flag {
  readonly name: string;
  /** What stands after the name in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** For a whole number: its default and its limits. */
  readonly number?: readonly [fallback: number, least: number, most: number];
  /** It says something about the simulator, so it cannot go with `--graph`. */
  readonly simulatorOnly?: boolean;
}

const FLAGS: readonly Flag[] = [
  {
    name: 'days',
    value: 'N',
    help: 'history of the tenant, and how far back a first walk begins',
    number: [30, 1, 3650],
  },
  {
    name: 'per-day',
    value: 'N',
    help: 'records a day of the simulated tenant, over all log types',
    number: [2000, 1, 10_000_000],
    simulatorOnly: true,
  },
  {
    name: 'seed',
    value: 'N',
    help: 'another seed is another tenant',
    number: [1, 0, 2_147_483_647],
    simulatorOnly: true,
  },
  {
    name: 'speed',
    value: 'N',
    help: "times real: the tenant's life once it is pulled, and Graph's limits with the app's budgets",
    number: [60, 1, 10_000],
    simulatorOnly: true,
  },
  { name: 'once', help: 'stop the clock, pull everything up to now, compare with what was served, exit' },
  {
    name: 'faults',
    value: 'a,b|all',
    help: 'faults of the simulated Graph (npm run graph-simulator -- --help lists them)',
    simulatorOnly: true,
  },
  { name: 'graph', value: 'URL', help: 'another Graph instead of the simulator (not on this machine: set TENANT_ID)' },
  { name: 'storage', value: 'CONNECTION', help: 'connection string of another storage instead of our Azurite' },
  { name: 'port', value: 'N', help: 'port on 127.0.0.1; 0 is any free one', number: [7071, 0, 65_535] },
  { name: 'auth', help: 'with sign-in: a token issuer and an imitation of EasyAuth on this machine, AUTH_MODE=entra' },
  { name: 'help', help: 'this text' },
];

/**
 * Reads the arguments. `'help'` when help is asked for.
 * @throws StartProblem naming the flag.
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const given = parse(args);
  if (given.help) return 'help';
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : undefined);
  const number = (name: string) => readNumber(name, text(name));
  const graph = readGraph(text('graph'));
  const idle = graph && FLAGS.find(({ name, simulatorOnly }) => simulatorOnly && given[name] !== undefined);
  if (idle) throw new StartProblem(`--${idle.name} is about the simulated tenant and cannot go with --graph.`);
  return {
    days: number('days'),
    perDay: number('per-day'),
    seed: number('seed'),
    speed: number('speed'),
    once: given.once === true,
    faults: notEmpty('faults', text('faults')),
    graph,
    storage: notEmpty('storage', text('storage')),
    port: number('port'),
    auth: given.auth === true,
  };
}

/** The text of `--help`. */
export function helpText(): string {
  const lines = FLAGS.map(({ name, value, help, number }) => {
    const usage = `--${name}${value ? ` ${value}` : ''}`;
    return `  ${usage.padEnd(22)}${help}${number ? ` (default: ${number[0]})` : ''}`;
  });
  return `Pulls a month of a simulated tenant into a local archive, and stays up to be asked.

  npm start -- [flags]

${lines.join('\n')}

The archive is kept in .local/ and a later start carries on with it. Delete the folder to begin anew.
`;
}

function parse(args: readonly string[]) {
  const options = Object.fromEntries(
    FLAGS.map(({ name, value }) => [name, { type: value ? ('string' as const) : ('boolean' as const) }]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    // What follows the first sentence is advice about positional arguments, of which there are none here.
    const [what] = oneLine(error).split('. ');
    throw new StartProblem(`${what?.replace(/\.$/, '')}. 'npm start -- --help' lists all flags.`);
  }
}

function readNumber(name: string, text: string | undefined): number {
  const [fallback, least, most] = FLAGS.find((flag) => flag.name === name)?.number ?? [0, 0, 0];
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new StartProblem(`--${name} wants a whole number from ${least} to ${most}, not '${text.slice(0, 40)}'.`);
}

function readGraph(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(text));
  if (allowed && (text === url.origin || text === `${url.origin}/`)) return url.origin;
  throw new StartProblem(
    `--graph wants https://host, or http://127.0.0.1:port for a simulator that is running, not '${text.slice(0, 80)}'.`,
  );
}

/** Whether a URL names this machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function notEmpty(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text.trim() !== '') return text;
  throw new StartProblem(`--${name} is empty.`);
}
