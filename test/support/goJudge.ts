/**
 * Go's `sumdb/note` and `sumdb/tlog` (Debian: golang-go, golang-golang-x-mod-dev) and openssl as judges of what this archive
 * makes, in a folder of their own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Judgement {
  readonly notes: readonly { text: string; signed: number; error: string }[];
  readonly records: readonly string[];
  readonly trees: readonly string[];
  readonly tiles: Readonly<Record<string, string>>;
  readonly root: string;
  /** `ok` or what is wrong, for each tlog-proof and each JSON of consistency as the routes answer them. */
  readonly proofs: readonly string[];
  readonly consistencies: readonly string[];
}

export interface Judges {
  go(input: object): Judgement;
  /** What `openssl dgst` prints of the first signature of a note and a public key, DER. */
  openssl(note: string, spki: Uint8Array): string;
  close(): void;
}

/** Builds the Go program; takes seconds the first time. */
export function startJudges(): Judges {
  const folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-tlog-'));
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  const program = join(folder, 'tlog');
  run('go', ['build', '-o', program, './test/interop/go'], { env });
  return {
    go: (input) => JSON.parse(run(program, [], { input: JSON.stringify(input) })) as Judgement,
    openssl(note, spki) {
      const [text = '', lines = ''] = note.split('\n\n');
      writeFileSync(join(folder, 'text'), `${text}\n`);
      writeFileSync(join(folder, 'key.der'), spki);
      writeFileSync(join(folder, 'signature'), Buffer.from(lines.split(' ')[2] ?? '', 'base64').subarray(4));
      const options = ['-sha256', '-keyform', 'DER', '-verify', 'key.der', '-signature', 'signature', 'text'];
      return spawnSync('openssl', ['dgst', ...options], { cwd: folder, encoding: 'utf8' }).stdout;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @throws Error unless the command succeeds and complains of nothing. */
function run(command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; input?: string }): string {
  const ended = spawnSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (ended.error) throw ended.error;
  if (ended.status !== 0 || ended.stderr !== '')
    throw new Error(`${command} ended with ${ended.status}: ${ended.stderr}`);
  return ended.stdout;
}
