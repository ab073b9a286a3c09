/** Looking at the whole archive between two firings: what a verifier says of it, what an export gives, what coverage says. */
import { generateKeyPairSync } from 'node:crypto';
import { fingerprint } from '../../../shared/archive/ecdsa.ts';
import { localSigner } from '../../../shared/archive/localSigner.ts';
import { instantFromSeconds } from '../../../shared/archive/time.ts';
import { verify } from '../../../shared/archive/verify.ts';
import type { VerifyReport } from '../../../shared/archive/verifyTypes.ts';
import { auditLedgers } from '../../../shared/audit.ts';
import { signLedgers } from '../../../shared/checkpoint.ts';
import { readCoverage } from '../../../shared/coverage.ts';
import type { Deps } from '../../../shared/deps.ts';
import { exportRange } from '../../../shared/export.ts';
import type { LogType } from '../../../shared/logTypes.ts';
import { inflated } from '../../../shared/serve/encode.ts';
import { count } from '../tally.ts';
import { hourIn, type Watched } from './judge.ts';
import type { RetentionWorld } from './world.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SIGNER = localSigner(String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
const KEY = fingerprint(SIGNER.spki);
const NEVER = new AbortController().signal;

/** An instance whose calls take effect at once, for what makes several at a time. Nothing else runs meanwhile. */
function atOnce({ config, judge, now, found }: RetentionWorld): Deps {
  return {
    config,
    clock: { now, elapsed: now, sleep: async () => {} },
    graph: {
      origin: '',
      get: async () => {
        throw new Error('nobody reads Graph here');
      },
    },
    budgetOf: () => ({ intervalMs: 0, grant: async () => {} }),
    log: (level, message) => {
      if (level === 'error') found(message);
    },
    blobs: judge.blobs,
    state: judge.state,
  };
}

/** Signs every ledger. */
export async function sign(world: RetentionWorld): Promise<void> {
  const signing = { current: async () => SIGNER, previous: async () => undefined };
  const { failed } = await signLedgers({ ...atOnce(world), signing }, NEVER);
  if (failed.length > 0) world.found(`not signed: ${failed.join()}`);
}

/** Looks at everything. @param isEnd all that was due is gone, and nothing is left that is not. */
export async function lookAtAll(world: RetentionWorld, isEnd: boolean): Promise<void> {
  // What was stolen is missed by whoever needs it: that has tests of its own. Here it must stay the error that it is.
  if (world.judge.stolen.size > 0) return judgeCopy(world, isEnd);
  const deps = atOnce(world);
  for (const logType of world.config.logTypes) {
    const watched = world.judge.watchedOf(`${world.config.tenantId}/${logType.name}`);
    if (watched.entries.length > 0) await compareExport(world, deps, logType, watched);
  }
  if (world.plan.signs) await judgeCopy(world, isEnd);
  if (!isEnd) return;
  const { failed, mismatches } = await auditLedgers(deps, NEVER);
  if (failed.length > 0 || mismatches > 0)
    world.found(`the audit failed of ${failed}, or found ${mismatches} mismatches`);
  for (const { entries } of world.judge.ledgers.values()) {
    const last = entries.at(-1);
    if (last?.kind === 'verify' && last.verify.index === 'differs')
      world.found('the index is not what the ledger says');
  }
}

/** An export gives what is not deleted, and says what is; coverage says it of the same hours. */
async function compareExport(world: RetentionWorld, deps: Deps, logType: LogType, watched: Watched): Promise<void> {
  const range = { from: instantFromSeconds(0), to: instantFromSeconds(Math.floor(world.now() / 1000)) };
  const {
    pieces,
    coverage: { deleted = 0 },
  } = await exportRange(deps, logType, { range, versions: 'all' });
  const given = (await Array.fromAsync(inflated(pieces))).join('').split('\n').slice(0, -1);
  const segments = [...watched.named.values()];
  const gone = segments.filter(({ name }) => watched.meant.has(name));
  const kept = segments.flatMap(({ name }) => (watched.meant.has(name) ? [] : (watched.linesOf.get(name) ?? [])));
  if (given.sort().join() !== kept.sort().join()) {
    world.found(`an export of ${logType.name} gives ${given.length} lines, not the ${kept.length} that are kept`);
  }
  const records = gone.reduce((sum, each) => sum + each.records, 0);
  if (deleted !== records) {
    world.found(`an export of ${logType.name} says that ${deleted} records are deleted, and ${records} are`);
  }
  const { spans } = await readCoverage(deps, logType, range);
  for (const hour of new Set(gone.map(({ name }) => hourIn(name)))) {
    const touching = spans.filter(({ from, to }) => seconds(to) > hour && seconds(from) < hour + 3600);
    if (!touching.some(({ state }) => state === 'deleted')) {
      world.found(`of hour ${hour} something is deleted, and it is ${touching.map(({ state }) => state)}`);
    }
  }
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

/** A verifier accepts the absences that the ledger accounts for, and no other. */
async function judgeCopy(world: RetentionWorld, isEnd: boolean): Promise<void> {
  const ledgers = [...world.judge.ledgers.values()].filter(({ entries }) => entries.length > 0);
  if (ledgers.length === 0 || ledgers.some(({ signed }) => signed === 0)) return;
  const copy = new Map<string, Buffer>();
  for (const [container, blobs] of world.stores.containers) {
    if (container === 'work') continue;
    for (const [name, bytes] of blobs) copy.set(`${container}/${name}`, bytes);
  }
  // Segments of a first run that died before its entry: without a ledger they are what is left of one that was stolen, and a
  // verifier is right to say so.
  const { tenantId, logTypes } = world.config;
  const empty = logTypes.filter(({ name }) => world.judge.watchedOf(`${tenantId}/${name}`).entries.length === 0);
  if (empty.some(({ name }) => [...copy.keys()].some((each) => each.includes(`/log=${name}/`)))) return;
  const report = await judged(copy);
  const { stolen: gone } = world.judge;
  const missed = report.findings.filter(({ code, file }) => code === 'segment-missing' && gone.has(file));
  const owed = ledgers.flatMap(({ named, signed }) =>
    [...gone].filter((name) => (named.get(name)?.seq ?? signed) < signed),
  );
  if (missed.length !== owed.length)
    world.found(`a verifier misses ${missed.length} of ${owed.length} stolen segments`);
  const wrong = report.findings
    .filter((finding) => !missed.includes(finding))
    .filter(({ severity, code }) => isEnd || severity === 'error' || !MID_STORY.has(code));
  for (const { code, file, words } of wrong) world.found(`a verifier says ${code}: ${file} ${words}`);
  for (const { code } of report.findings) count(world.tally, `verifier: ${code}`);
  if (report.verdict !== (missed.length > 0 ? 'broken' : 'proved') && wrong.length === 0)
    world.found(`a verifier says ${report.verdict}`);
  if (gone.size > 0) return;
  const kept = ledgers.flatMap(({ named, meant, signed }) =>
    [...named.values()].filter(({ name, seq }) => seq < signed && !meant.has(name) && copy.has(name)),
  );
  const stolen = kept[kept.length > 0 ? Math.floor(world.random() * kept.length) : 0];
  if (!stolen) return;
  copy.delete(stolen.name);
  const { findings } = await judged(copy);
  count(world.tally, 'verifier: one more absence');
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ code, file }) => `${code} ${file}`);
  if (errors.join() !== `segment-missing ${stolen.name}`)
    world.found(`one more is missing, and a verifier says ${errors}`);
}

/** What may be so in between: written and not committed yet, or gone and not confirmed yet, or back. */
const MID_STORY: ReadonlySet<string> = new Set(['segment-unreferenced', 'deletion-unfinished', 'segment-not-deleted']);

function judged(copy: ReadonlyMap<string, Buffer>): Promise<VerifyReport> {
  return verify({ list: () => copy.keys(), read: (name) => copy.get(name) }, { keys: [KEY] });
}
