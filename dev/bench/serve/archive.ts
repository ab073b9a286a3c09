/** Archives of the serving benches: made once, in a folder or in Azurite, by the production code below the reading. */
import { append } from '../../../shared/append.ts';
import { BLOCK_RECORDS, type BlockRecord, makeBlock } from '../../../shared/archive/block.ts';
import { leafHash } from '../../../shared/archive/merkle.ts';
import { hourOf, type Instant } from '../../../shared/archive/time.ts';
import type { Window } from '../../../shared/archive/window.ts';
import { systemClock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/deps.ts';
import { createGraphClient } from '../../../shared/graph/client.ts';
import { applyLedger } from '../../../shared/ledger.ts';
import { readBody, writeSegments } from '../../../shared/parts.ts';
import { createMemoryStores } from '../../../test/support/memoryStores.ts';
import { LOG_TYPE } from '../window.ts';
import { folderBlobs } from './folderBlobs.ts';

export interface BenchRecord {
  readonly line: Buffer;
  readonly time: Instant;
  /** Whether the archive holds another version of it. */
  readonly changed?: boolean;
}

const GRAPH = 'http://127.0.0.1:1';
export const TENANT_ID = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785';

/** An app over the archive in a folder. Its table is in memory and empty: apply the ledger first. */
export function folderDeps(root: string): Deps {
  const settings = { TENANT_ID, GRAPH_BASE_URL: GRAPH, LOG_TYPES: LOG_TYPE.name, AUTH_MODE: 'none' };
  return {
    config: readConfig({ ...settings, ArchiveStorage: 'UseDevelopmentStorage=true' }),
    clock: systemClock,
    graph: createGraphClient({ origin: GRAPH, credential: undefined }),
    budgetOf: () => ({ intervalMs: 1, grant: async () => {} }),
    log: (_level, message) => process.stderr.write(`${message}\n`),
    blobs: folderBlobs(root),
    state: createMemoryStores().state,
  };
}

/** Commits records, ascending by time, as one entry that read this window. */
export async function commit(deps: Deps, window: Window, records: readonly BenchRecord[]): Promise<void> {
  const ledger = await applyLedger(deps, LOG_TYPE.name);
  const hours = [];
  for (const [hour, list] of Map.groupBy(records, ({ time }) => hourOf(time))) {
    const blocks = [];
    for (let at = 0; at < list.length; at += BLOCK_RECORDS) {
      const block = list.slice(at, at + BLOCK_RECORDS).map(withLeaf);
      blocks.push(await makeBlock(block));
    }
    const changed = list.filter((each) => each.changed).length;
    hours.push({ hour, blocks, changed, new: list.length - changed, duplicate: 0, gone: 0, vanished: 0 });
  }
  const read = { pages: 1, graphTime: deps.clock.now(), requestIds: [] };
  const part = { window, read, hours, judgedTo: ledger.seq };
  const segments = await writeSegments(deps, LOG_TYPE, part, ledger.seq + 1);
  await append(deps, LOG_TYPE, ledger, readBody(LOG_TYPE, part, 'head', segments));
}

function withLeaf({ line, time }: BenchRecord): BlockRecord {
  return { line, time, leaf: leafHash(line) };
}
