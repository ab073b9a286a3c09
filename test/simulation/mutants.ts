/**
 * Wrong turns that the protocol could have taken, each as a change of the production text, and what is known of it.
 *
 * The simulation must catch every harmful one; the harmless ones show where the protocol forgives, and why.
 */
import type { Edit } from './mutation.ts';

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Why nothing is lost by it. Absent: it must be caught. */
  readonly harmless?: string;
  /** It shows where retentions end. */
  readonly isOfRetention?: true;
}

const commit = (find: string, replace: string): Edit => ({ file: 'shared/append.ts', find, replace });
const collect = (find: string, replace: string): Edit => ({ file: 'shared/collect.ts', find, replace });
const ledger = (find: string, replace: string): Edit => ({ file: 'shared/ledger.ts', find, replace });
const parts = (find: string, replace: string): Edit => ({ file: 'shared/parts.ts', find, replace });
const sweep = (find: string, replace: string): Edit => ({ file: 'shared/sweep.ts', find, replace });
const schedule = (find: string, replace: string): Edit => ({ file: 'shared/archive/schedule.ts', find, replace });
const readWindow = (find: string, replace: string): Edit => ({ file: 'shared/readWindow.ts', find, replace });

const PUT = 'const outcome = await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry));';

/** The store forgets to look whether the name is taken. */
const overwriting: Edit = {
  file: 'test/support/memoryStores.ts',
  find: `if (held) return held.equals(bytes) ? 'stored' : 'taken';`,
  replace: `if (held?.equals(bytes)) return 'stored';`,
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'entry before its segments',
    edits: [
      parts(
        `if ((await deps.blobs.putIfAbsent(container, name, bytes)) === 'taken') {`,
        `const copy = Buffer.from(bytes);
         const later = ((deps as any).later ??= []);
         later.push(() => deps.blobs.putIfAbsent(container, name, copy));
         if (later.length < 0) {`,
      ),
      commit(
        PUT,
        `${PUT}
         for (const put of ((deps as any).later ?? []).splice(0)) await put();`,
      ),
    ],
  },
  { name: 'no create-if-absent', edits: [overwriting] },
  {
    name: 'a lease in place of create-if-absent',
    edits: [
      overwriting,
      {
        file: 'shared/pull.ts',
        find: '    return await step();\n  } catch (error) {\n    // The host',
        replace: `    const { logType } = turn;
          const partition = deps.config.tenantId + '|' + logType.name;
          const owner = ((deps as any).owner ??= String(Math.random()));
          const lease = await deps.state.get(partition, 'lease');
          const free = !lease || lease.values.owner === owner || Number(lease.values.until) < deps.clock.now();
          const values = { owner, until: deps.clock.now() + 600_000 };
          const change = lease
            ? { kind: 'replace' as const, key: 'lease', values, etag: lease.etag }
            : { kind: 'insert' as const, key: 'lease', values };
          if (!free || (await deps.state.commit(partition, [change])) === 'conflict') { turn.done = true; return false; }
          return await step();
  } catch (error) {
    // The host`,
      },
    ],
  },
  {
    name: 'no dedupe against what is held',
    edits: [
      {
        file: 'shared/takeRecords.ts',
        find: 'const novelty = held.add(record.id, leaf, hour, time);',
        replace: `held.add(record.id, leaf, hour, time); const novelty = 'new';`,
      },
    ],
  },
  {
    name: 'watermark before the entry',
    edits: [
      ledger(
        'async function changesFor(',
        `export async function reflectFirst(deps: Deps, logType: string, known: Ledger, entry: Entry, bytes: Buffer) {
           const partition = partitionOf(deps, logType);
           const row = await deps.state.get(partition, WATERMARK_ROW);
           const reached = advance(known, entry, entryHash(bytes));
           await deps.state.commit(partition, await changesFor(deps, logType, entry, reached, row));
         }
         async function changesFor(`,
      ),
      commit(
        PUT,
        `const { reflectFirst } = await import('./ledger.ts');
         await reflectFirst(deps, logType.name, await applyLedger(deps, logType.name), entry, Buffer.from(encodeEntry(entry)));
         ${PUT}`,
      ),
    ],
  },
  {
    name: 'part of a window taken for the whole',
    edits: [
      readWindow(
        '    spill.close();\n    throw error;',
        '    if (pages === 0 || error instanceof NarrowWindow) throw error;',
      ),
    ],
  },
  {
    name: 'a taken number taken for success',
    edits: [commit(PUT, PUT.replace('const outcome =', `const outcome = 'stored';`))],
  },
  {
    name: 'the same segments again although a winner stored into their hours',
    edits: [collect('const fresh = await judge(deps, logType, part, ledger, yields);', 'const fresh = part;')],
  },
  {
    name: 'segments named as they were before a winner made some of their records known',
    edits: [collect('    if (fresh !== part) segments = undefined;\n', '')],
  },
  {
    name: 'no look at the winner after losing',
    edits: [collect('    ledger = appended.ledger;\n', '    ledger = { ...ledger, seq: ledger.seq + 1 };\n')],
  },
  {
    name: 'the table believed without a look at the ledger',
    edits: [ledger('const newest = seqs.at(-1) ?? -1;', 'const newest = row ? ledger.seq : (seqs.at(-1) ?? -1);')],
  },
  {
    name: 'the table written without its etag',
    edits: [
      ledger(
        `{ kind: 'replace', key: WATERMARK_ROW, values, etag: row.etag }`,
        `{ kind: 'upsert', key: WATERMARK_ROW, values }`,
      ),
    ],
  },
  {
    name: 'segments named by their number alone',
    edits: [parts('        sha256: segment.sha256,\n      });', `        sha256: '0'.repeat(64),\n      });`)],
  },
  {
    name: 'a forgotten span passed over in silence',
    edits: [
      {
        file: 'shared/gaps.ts',
        find: 'return undefined;\n  return { from: ledger.head.to',
        replace: 'return undefined;\n  if (now > 0) return undefined;\n  return { from: ledger.head.to',
      },
      readWindow('if (days === undefined) return;', 'if (days !== 0) return;'),
    ],
  },
  {
    name: 'a window read although the source forgot its beginning meanwhile',
    edits: [readWindow('if (days === undefined) return;', 'if (days !== 0) return;')],
  },
  {
    name: 'no sweeps',
    edits: [sweep('  if (!head) return undefined;', '  if (head || !head) return undefined;')],
  },
  {
    name: 'a sweep that found nothing leaves no entry',
    edits: [collect(`if (why === 'head' && headTo >=`, 'if (headTo >=')],
  },
  {
    name: 'the daily read of a state type not held against the archive',
    edits: [
      collect(
        `judged === 'afterwards' ? await judge(deps, logType, read, await applyLedger(deps, logType.name)) : read;`,
        '({ ...read, judgedTo: ledger.seq });',
      ),
    ],
  },
  {
    name: 'settled although the last sweep brought something',
    edits: [
      schedule('owed[0] ?? (last && last.new + last.changed > 0 ? due(last.at + DAY, DAY) : undefined)', 'owed[0]'),
    ],
  },
  {
    name: 'any re-read counted for the ages that were past',
    edits: [schedule('due(piece.firstAt + SECOND_LOOK, SECOND_LOOK)', 'due(piece.firstAt, SECOND_LOOK)')],
  },
  {
    name: 'coverage not written with the watermark',
    edits: [ledger('...(await coverageChanges(deps, logType, entry)),', '')],
  },
  {
    name: 'windows asked without a margin',
    edits: [
      {
        file: 'shared/graph/pages.ts',
        find: 'const margin = isExact(window) ? 0 : marginOf(logType);',
        replace: 'const margin = 0;',
      },
    ],
  },
  {
    name: 'the end of a window belongs to it',
    edits: [
      readWindow(
        'return stored >= first && stored < end ? stored : undefined;',
        'return stored >= first && stored <= end ? stored : undefined;',
      ),
    ],
  },
  {
    name: 'a lost answer taken for a lost race',
    harmless:
      'the look that follows finds our own entry, and everything in it a duplicate: at most an empty entry more',
    edits: [commit(PUT, PUT.replace(';', ".catch(() => 'taken');"))],
  },
  {
    name: 'parts of a cut read committed newest first',
    harmless:
      'a part that leaves a hole before it does not move the head, and the daily read of a state type finds the rest',
    edits: [collect('of cutIntoEntries(part))', 'of cutIntoEntries(part).toReversed())')],
  },
  {
    name: 'no time to settle',
    harmless: 'what comes within the first quarter of an hour is found by the sweep after two hours',
    edits: [
      { file: 'shared/turn.ts', find: 'settleSeconds: deps.config.settleMinutes * 60', replace: 'settleSeconds: 0' },
      { file: 'shared/pull.ts', find: 'clock.now() / 1000 - config.settleMinutes * 60', replace: 'clock.now() / 1000' },
    ],
  },
];
