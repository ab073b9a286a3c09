/**
 * The development Functions host as a command.
 *
 * Standard output: one line when HTTP is ready, then the functions. Standard error: the log. A refusal to start is one
 * line and exit 1, an unhandled rejection or uncaught exception its stack and exit 1. The first SIGTERM or SIGINT stops
 * in good order and exits 0, the second at once.
 */

import { parseArgs } from 'node:util';
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from './host.ts';
import { HostError, stackOf } from './hostError.ts';

const HELP = `Runs a built function app on this machine, as Azure would.

  --app DIR        root of the function app (default: .)
  --port N         port on 127.0.0.1 (default: 7071; 0: any free one)
  --status DIR     where timer statuses are kept (default: <app>/.local/host)
  --grace SECONDS  how long running invocations may take at the end (default: 10)
  --help           this text

Environment:
  SIMULATED_CLOCK            time for the schedules, e.g. 2026-11-21T08:00:00Z*60 (60 times as fast; *0 stands still)
  FUNCTIONS_HOST_MASTER_KEY  key for /admin and for functions that ask for one; without it none is asked for
  AzureWebJobs.NAME.Disabled 1 switches a function off; a timer can still be fired by hand

  POST /admin/functions/NAME fires a function that is not an HTTP one, GET /admin/host/status shows what is running.
`;

const OPTIONS = {
  app: { type: 'string', default: '.' },
  port: { type: 'string', default: '7071' },
  status: { type: 'string' },
  grace: { type: 'string', default: '10' },
  help: { type: 'boolean', default: false },
} as const;

process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);
await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help) return void process.stdout.write(HELP);
  const masterKey = process.env.FUNCTIONS_HOST_MASTER_KEY;
  const options: FunctionsHostOptions = {
    appDirectory: values.app,
    port: number(values.port, '--port', 65_535),
    ...(values.status !== undefined && { statusDirectory: values.status }),
    ...(masterKey && { masterKey }),
  };
  const graceMs = number(values.grace, '--grace', 86_400) * 1000;
  const host = await startFunctionsHost(options);
  stopOnSignal(host, graceMs);
  process.stdout.write(`Functions host listening on ${host.url}\n${host.summary.join('\n')}\n`);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new HostError(`${error instanceof Error ? error.message : error} See --help.`);
  }
}

function number(text: string, option: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new HostError(`${option} must be a whole number from 0 to ${max}. See --help.`);
}

function stopOnSignal(host: FunctionsHost, graceMs: number): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    // The app may hold timers and sockets of its own: they do not keep the process alive.
    host.close(graceMs).then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: unknown): never {
  if (!(error instanceof HostError)) process.stderr.write(`Functions host: ${stackOf(error)}\n`);
  else process.stderr.write(`Functions host: ${error.message}\n${error.cause ? `${stackOf(error.cause)}\n` : ''}`);
  process.exit(1);
}
