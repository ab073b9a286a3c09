/** Every name that the app may ask the storage for, by kind of call. A request that makes it ask for another has steered it. */
import type { StoreCall } from '../support/storeHooks.ts';

const NUMBER = '\\d{12}';
const DATE = '\\d{4}-\\d\\d-\\d\\d';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TILE = 'tile/\\d{1,2}/(?:x\\d{3}/)*\\d{3}(?:\\.p/\\d{1,3})?';

/** Rows of a log type's partition: exact keys, and what keys with a prefix go on with. */
const KEYS = [
  'watermark',
  'status',
  'proof',
  'sketching',
  `segment\\|(?:${DATE}T\\d\\d)?(?:\\|${NUMBER}\\|\\d\\d)?~?`,
  `(?:key|wide|gap|day)\\|(?:${NUMBER}|${DATE})?`,
  `request\\|(?:${UUID})?`,
  `damage\\|(?:[0-9a-f]{64})?`,
  `sketch\\|(?:\\d{4}-\\d\\d(?:-\\d\\d)?)?`,
  'pace\\|[a-z]+',
  `hold\\|(?:${UUID})?`,
  `expiry\\|(?:${NUMBER})?`,
  'class\\|\\d{0,6}',
].join('|');

/** The note that every request makes of itself before anything is read, and at its end. */
const NOTE = 'access/(?:access|count)\\|[0-9TZ:.-]*(?:\\|[0-9a-f-]+)?';

/** Whether a call writes the access log: that comes before a request is judged. */
export function isNote({ target }: StoreCall): boolean {
  return target.includes('|access/');
}

/** No request deletes. */
const NOTHING = /(?!)/;

/** @param logTypes names of those that are switched on: no other may be asked for. */
export function grammarOf(tenantId: string, logTypes: readonly string[]): (call: StoreCall) => boolean {
  const types = `(?:${logTypes.join('|')})`;
  const ledger = `${tenantId}/${types}`;
  const segment = `tenant=${tenantId}/log=${types}/date=${DATE}/hour=\\d\\d/${NUMBER}-[0-9a-f]{16}\\.jsonl\\.gz`;
  const blob = whole([
    `ledger/${ledger}/${NUMBER}\\.json`,
    `ledger/${ledger}/checkpoints/${NUMBER}`,
    `archive-\\d{1,6}d/${segment}`,
    `work/tiles/${ledger}/\\d{1,12}/${TILE}`,
    `work/sketches/${ledger}/[a-z]+/\\d{4}-\\d\\d(?:-\\d\\d)?/[0-9a-f-]+-\\d+`,
    `work/blocks/${segment}\\.json`,
  ]);
  // A listing asks for the names of a ledger by thousands, or for its checkpoints.
  const prefix = whole([`ledger/${ledger}/(?:checkpoints/)?\\d{0,9}`]);
  const rows = whole([`${tenantId}\\|${types}/(?:${KEYS})`, `${tenantId}\\|${NOTE}`]);
  const deleting = { delete: NOTHING, held: NOTHING };
  const byOp = { ...deleting, get: blob, exists: blob, put: blob, list: prefix, row: rows, rows, commit: rows };
  return ({ op, target }) => byOp[op].test(target);
}

function whole(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}
