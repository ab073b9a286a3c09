/**
 * A stand-in for the Azure CLI on PATH: a script that writes down each call and answers from a table, whose first fitting
 * row counts. What no row answers fails, so a call that nobody expects is seen.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canaryEnvironment } from '../support/canaries.ts';

export interface Rule {
  /** Part of the arguments, joined by spaces; `^` in front is their beginning, `*` is anything. */
  readonly call: string;
  readonly answer?: unknown;
  /** Standard error; the call then fails. */
  readonly refuses?: string;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Arguments of each call, joined by spaces, without what every call ends with. */
  readonly calls: readonly string[];
}

export interface StubAz {
  /** Runs a script of the project with this CLI, and nothing else, on PATH. @param cwd another folder than the project's. */
  run(
    main: string,
    args: readonly string[],
    rules: readonly Rule[],
    env?: Record<string, string>,
    cwd?: string,
  ): Promise<Ran>;
  /** An environment in which `az` answers so, and the calls up to now. */
  use(rules: readonly Rule[]): { env: NodeJS.ProcessEnv; calls(): readonly string[] };
  remove(): void;
}

const COMMON = ' --only-show-errors --output json';

export function stubAz(): StubAz {
  const folder = mkdtempSync(join(tmpdir(), 'stub-az-'));
  const log = join(folder, 'calls');
  const use: StubAz['use'] = (rules) => {
    writeFileSync(join(folder, 'az'), script(log, rules), { mode: 0o755 });
    rmSync(log, { force: true });
    return { env: { PATH: folder }, calls: () => callsIn(log) };
  };
  return {
    run(main, args, rules, env = {}, cwd = process.cwd()) {
      const stub = use(rules);
      return new Promise((done) => {
        execFile(
          process.execPath,
          [resolve(main), ...args],
          { env: { ...canaryEnvironment(), ...stub.env, ...env }, cwd },
          (error, stdout, stderr) => {
            done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr, calls: stub.calls() });
          },
        );
      });
    },
    use,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** In shell, because a Node for each call would take a tenth of a second. */
function script(log: string, rules: readonly Rule[]): string {
  const cases = rules.map(({ call, answer, refuses }) => {
    const pattern = call.replace(/^\^/, '').split('*').map(quoted).join('*');
    const does =
      refuses === undefined
        ? `printf '%s' ${quoted(answer === undefined ? '' : JSON.stringify(answer))}`
        : `printf 'ERROR: %s\\n' ${quoted(refuses)} >&2; exit 1`;
    return `  ${call.startsWith('^') ? '' : '*'}${pattern}*) ${does} ;;`;
  });
  return `#!/bin/sh
printf '%s\\n' "$*" >> ${quoted(log)}
case "$*" in
${cases.join('\n')}
  *) printf 'ERROR: the stub has no answer for: %s\\n' "$*" >&2; exit 1 ;;
esac
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function callsIn(log: string): string[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => line.replace(COMMON, ''));
}
