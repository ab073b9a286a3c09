/**
 * The Azure CLI, run as a program without a shell: every argument arrives as it is, whatever is in it.
 *
 * It answers in JSON. What it refuses becomes an `AzFailure` with the CLI's own words; `refusals.ts` says what they mean.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DeployProblem } from './problem.ts';

/** Runs `az` with these arguments and returns what it printed, parsed; `undefined` when it printed nothing. */
export type Az = (args: readonly string[]) => Promise<unknown>;

/** The CLI ended with an error. The message is its standard error. */
export class AzFailure extends Error {
  override readonly name = 'AzFailure';
  /** The command without values, such as `az group show`: safe to show. */
  readonly command: string;

  constructor(command: string, words: string) {
    super(words);
    this.command = command;
  }
}

interface Program {
  readonly file: string;
  /** Before the arguments. */
  readonly first: readonly string[];
}

/** Room for the listing of a large what-if. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * @param subscription given to every command, so that the CLI's own choice is neither used nor changed.
 * @throws DeployProblem (from the function it returns) when there is no CLI.
 */
export function createAz(env: NodeJS.ProcessEnv, subscription?: string): Az {
  const { file, first } = findAz(env, process.platform, existsSync);
  return async (args) => {
    const chosen = subscription === undefined || isTenantWide(args) ? [] : ['--subscription', subscription];
    const all = [...first, ...args, ...chosen, '--only-show-errors', '--output', 'json'];
    const output = await run(file, all, env, `az ${args.slice(0, firstValue(args)).join(' ')}`);
    if (output.trim() === '') return undefined;
    try {
      return JSON.parse(output) as unknown;
    } catch {
      throw new AzFailure(`az ${args[0]}`, `printed ${output.length} characters that are not JSON`);
    }
  };
}

/**
 * The program behind `az`. On Windows that is a command file, which Node starts only through a shell; it runs the Python
 * beside it, and so do we.
 */
export function findAz(env: NodeJS.ProcessEnv, platform: string, exists: (file: string) => boolean): Program {
  const windows = platform === 'win32';
  const { delimiter, join, dirname } = windows ? path.win32 : path.posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  const found = folders.map((folder) => join(folder, windows ? 'az.cmd' : 'az')).find(exists);
  if (found === undefined) {
    throw new DeployProblem(
      'The Azure CLI (az) is not on PATH.',
      'Install it (https://learn.microsoft.com/cli/azure/install-azure-cli), open a new terminal and run this again.',
    );
  }
  if (!windows) return { file: found, first: [] };
  return { file: join(dirname(dirname(found)), 'python.exe'), first: ['-IBm', 'azure.cli'] };
}

function run(file: string, args: string[], env: NodeJS.ProcessEnv, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, encoding: 'utf8', maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === 'ENOENT') {
        const next = 'Repair or reinstall the Azure CLI and run this again.';
        return reject(new DeployProblem(`${file} cannot be started.`, next));
      }
      reject(new AzFailure(command, stderr.trim() || error.message));
    });
  });
}

/** Commands about the directory or about the CLI itself know no subscription. */
function isTenantWide(args: readonly string[]): boolean {
  return ['version', 'rest', 'cloud', 'bicep'].includes(args[0] ?? '');
}

function firstValue(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg.startsWith('-'));
  return at < 0 ? args.length : at;
}
