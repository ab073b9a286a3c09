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
}

const collect = (find: string, replace: string): Edit => ({ file: 'shared/collect.ts', find, replace });
const ledger = (find: string, replace: string): Edit => ({ file: 'shared/ledger.ts', find, replace });
const parts = (find: string, replace: string): Edit => ({ file: 'shared/parts.ts', find, replace });
const readWindow = (find: string, replace: string): Edit => ({ file: 'shared/readWindow.ts', find, replace });

const APPEND = `return (await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry))) === 'stored';`;

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
      collect(
        APPEND,
        `const stored = await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry));
         for (const put of ((deps as any).later ?? []).splice(0)) await put();
         return stored === 'stored';`,
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
        find: 'const { logType } = turn;\n',
        replace: `const { logType } = turn;
          const partition = deps.config.tenantId + '|' + logType.name;
          const lease = await deps.state.get(partition, 'lease');
          if (lease && Number(lease.values.until) > deps.clock.now()) { turn.done = true; return false; }
          const values = { until: deps.clock.now() + 600_000 };
          const change = lease
            ? { kind: 'replace' as const, key: 'lease', values, etag: lease.etag }
            : { kind: 'insert' as const, key: 'lease', values };
          if ((await deps.state.commit(partition, [change])) === 'conflict') { turn.done = true; return false; }
`,
      },
    ],
  },
  {
    name: 'no dedupe against what is held',
    edits: [
      readWindow('const novelty = held.add(record.id, leaf);', `held.add(record.id, leaf); const novelty = 'new';`),
    ],
  },
  {
    name: 'watermark before the entry',
    edits: [
      ledger(
        'function changesFor(',
        `export async function reflectFirst(deps: Deps, logType: string, known: Ledger, entry: Entry, bytes: Buffer) {
           const partition = partitionOf(deps, logType);
           const row = await deps.state.get(partition, WATERMARK_ROW);
           await deps.state.commit(partition, changesFor(entry, advance(known, { entry, hash: entryHash(bytes) }), row));
         }
         function changesFor(`,
      ),
      collect(
        APPEND,
        `const { reflectFirst } = await import('./ledger.ts');
         await reflectFirst(deps, logType.name, await applyLedger(deps, logType.name), entry, Buffer.from(encodeEntry(entry)));
         ${APPEND}`,
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
    edits: [collect(APPEND, APPEND.replace(`=== 'stored'`, '!== undefined'))],
  },
  {
    name: 'the same segments again although a winner stored into their hours',
    edits: [collect('if (await isHeldSince(deps, logType, part.window, known)) {', 'if (known < -1) {')],
  },
  {
    name: 'no look at the winner after losing',
    edits: [
      collect(
        `    const ledger = await applyLedger(deps, logType.name);
    if (await isHeldSince`,
        `    const ledger: Ledger = lost ? { ...lost, seq: lost.seq + 1 } : await applyLedger(deps, logType.name);
    lost = ledger;
    if (await isHeldSince`,
      ),
      collect(
        'let segments: SegmentInfo[] | undefined;',
        'let segments: SegmentInfo[] | undefined;\n  let lost: Ledger | undefined;',
      ),
    ],
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
    name: 'parts of a cut read committed newest first',
    edits: [
      collect(
        'for (const part of await cutIntoParts(logType, read))',
        'for (const part of (await cutIntoParts(logType, read)).reverse())',
      ),
    ],
  },
  {
    name: 'a forgotten span passed over in silence',
    edits: [
      collect(
        'if (ledger.head.to >= now - logType.sourceRetentionDays * DAY) return undefined;',
        'if (ledger.head.to >= now - logType.sourceRetentionDays * DAY) return undefined;\n  if (now > 0) return undefined;',
      ),
    ],
  },
  {
    name: 'windows asked without a margin',
    edits: [
      {
        file: 'shared/graph/pages.ts',
        find: `const margin = logType.operators[0] === 'gt' ? 2 : 1;`,
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
    edits: [
      collect(
        APPEND,
        `try {
           ${APPEND}
         } catch {
           return false;
         }`,
      ),
    ],
  },
];
