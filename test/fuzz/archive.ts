/** A small signed archive to be asked, and right values for every parameter of it. */
import { signLedgers } from '../../shared/checkpoint.ts';
import type { SigningDeps } from '../../shared/proof/signing.ts';
import { sleepless } from '../support/exportCalls.ts';
import { createWorld, row, TENANT_ID, type World } from '../support/flowHarness.ts';
import { newSigner, signingInstance, signingWith } from '../support/signingWorld.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';
import { CURSORS, SKIP_TOKENS } from './forged.ts';

export const LOG_TYPES = ['directoryAudits', 'interactiveSignIns', 'riskyUsers'];
export { TENANT_ID };
/** In the content of every record, and to be found nowhere but in answers that give records. */
export const CONTENT = 'c0ffee-content-of-a-record';

const MINUTES = 60_000;
const FROM = Date.parse('2026-11-20T08:00:00Z');

export interface Archive {
  readonly world: World;
  readonly deps: SigningDeps;
  /** Every call to the storage since it was emptied last. */
  readonly calls: StoreCall[];
}

/** 60 records of each log type in two hours, under checkpoints. */
export async function openArchive(logTypes: readonly string[] = LOG_TYPES): Promise<Archive> {
  const world = createWorld({ logTypes });
  const signing = signingWith(newSigner());
  for (let turn = 0; turn < 2; turn += 1) {
    for (const name of logTypes) {
      const type = world.logType(name);
      const times = Array.from({ length: 30 }, (_, n) => new Date(FROM + (turn * 240 + n * 4) * MINUTES).toISOString());
      world.graph.add(
        name,
        ...times.map((time, n) => row(type, `r-${turn}-${n}`, time, undefined, `,"note":"${CONTENT}"`)),
      );
      await world.collectAll(name);
    }
    await signLedgers(signingInstance(world, signing), new AbortController().signal);
    world.advance(7200);
  }
  const calls: StoreCall[] = [];
  const deps = signingInstance(world, signing, recording(calls));
  return { world, deps: { ...deps, clock: { ...deps.clock, sleep: sleepless } }, calls };
}

/** Right values by the name of the parameter, beside the example that the table of routes has. */
export const RIGHT: Readonly<Record<string, readonly string[]>> = {
  logType: LOG_TYPES,
  from: ['2026-11-20T08:00:00Z', '2026-11-20', '1', '0', '2026-11-20T09:00:00+01:00'],
  to: ['2026-11-20T10:00:00Z', '2026-11-21', '2', '2026-11-20T23:59:59.1234567Z'],
  id: ['r-0-1', 'r-1-29'],
  ids: ['r-0-1', 'r-0-1,r-0-2'],
  size: ['1', '2'],
  seq: ['0', '1'],
  filter: ["id eq 'r-0-1'", "startswith(id,'r-0') and x ge 0", 'createdDateTime ge 2026-11-20T08:30:00Z'],
  $filter: [
    "id eq 'r-0-1'",
    'activityDateTime ge 2026-11-20T08:30:00Z',
    "signInEventTypes/any(t: t eq 'interactiveUser')",
  ],
  select: ['id', 'id,note'],
  $select: ['id', 'id,note'],
  limit: ['1', '10'],
  $top: ['1', '5'],
  skip: ['0', '3', '1000'],
  format: ['csv', 'json', 'ndjson'],
  versions: ['all', 'latest'],
  user: ['0f8a6c2e-93b1-4d57-8e20-6b5d4c3a2f10', 'anna@contoso.com', '203.0.113.7', '2001:db8::7'],
  texts: ['true', 'false'],
  cursor: CURSORS,
  $skiptoken: SKIP_TOKENS,
};
