/** A read that brings just what a test wants, without waiting for a sweep to be due. */
import { encodeEntry } from '../../shared/archive/entry.ts';
import { Versions } from '../../shared/archive/versions.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { cutIntoParts, readEntryOf, writeSegments } from '../../shared/parts.ts';
import { readWindow } from '../../shared/readWindow.ts';
import type { FakeRow } from './fakeGraph.ts';
import { seconds, TENANT_ID, type World } from './flowHarness.ts';

/** Commits one read that shows just these rows, as a sweep does: also into hours that are stored already. */
export async function commitRows(world: World, type: LogType, list: readonly FakeRow[]): Promise<void> {
  const deps = world.instance();
  const window = { from: seconds('2026-11-20T00:00:00Z'), to: seconds('2026-11-20T12:00:00Z') };
  const ledger = await applyLedger(deps, type.name);
  world.graph.add(type.name, ...list);
  const limits = { aimedRows: 50_000, settleSeconds: 0 };
  const read = await readWindow(deps, type, window, new Versions(), limits, new AbortController().signal);
  for (const { line } of list) world.graph.remove(type.name, line);
  const [part, ...more] = await cutIntoParts(type, read);
  if (!part || more.length > 0) throw new Error('these rows fit one entry');
  const entry = readEntryOf(deps, type, ledger, part, 'head', await writeSegments(deps, type, part, ledger.seq + 1));
  const name = `${TENANT_ID}/${type.name}/${String(entry.seq).padStart(12, '0')}.json`;
  const answer = await deps.blobs.putIfAbsent('ledger', name, encodeEntry(entry));
  if (answer !== 'stored') throw new Error(`entry ${entry.seq} is ${answer}`);
  await applyLedger(deps, type.name);
}
