/** Wrong turns that deletion could have taken, as changes of the production text. The simulation must catch each of them. */
import type { Mutant } from '../mutants.ts';
import type { Edit } from '../mutation.ts';

const expire = (find: string, replace: string): Edit => ({ file: 'shared/expire.ts', find, replace });
const find = (text: string, replace: string): Edit => ({ file: 'shared/expiry/find.ts', find: text, replace });
const derived = (text: string, replace: string): Edit => ({ file: 'shared/expiry/derived.ts', find: text, replace });
const due = (text: string, replace: string): Edit => ({ file: 'shared/expiry/due.ts', find: text, replace });

const of = (name: string, ...edits: Edit[]): Mutant => ({ name, edits, isOfRetention: true });

export const RETENTION_MUTANTS: readonly Mutant[] = [
  of(
    'blobs deleted before the entry',
    expire(
      '    const segments = await stillDue(deps, logType, batch, ledger);\n',
      `    const segments = await stillDue(deps, logType, batch, ledger);
         for (const { name } of segments) await remove(deps, { name });\n`,
    ),
  ),
  of('a hold ignored', due('holds.some((hold) => holdsHour(hold, hour))', 'false')),
  of('a hold that touches an hour taken for one of its seconds', {
    file: 'shared/archive/holds.ts',
    find: 'return { from: floorHour(from), to: ceilHour(to) };',
    replace: 'return { from, to };',
  }),
  of(
    'a number that somebody else took not planned anew',
    expire(
      '    const segments = await stillDue(deps, logType, batch, ledger);\n',
      '    const segments = (once ??= await stillDue(deps, logType, batch, ledger));\n',
    ),
    expire(
      'async function mean(deps: ExpireDeps, logType: LogType, batch: readonly DoomedSegment[]): Promise<void> {\n',
      `async function mean(deps: ExpireDeps, logType: LogType, batch: readonly DoomedSegment[]): Promise<void> {
         let once: DoomedSegment[] | undefined;\n`,
    ),
  ),
  of(
    'a retention that ends a day early',
    find('retainUntil <= formatSeconds(now)', 'retainUntil <= formatSeconds(now + DAY)'),
    {
      file: 'shared/archive/deletionChecks.ts',
      find: 'demand(segment.retainUntil <= time,',
      replace: 'demand(true,',
    },
  ),
  of(
    '`deleted` without looking',
    expire("if (answer.outcome === 'refused') return answer.cause;", 'return undefined;'),
  ),
  of('orphans too early', find('until: Math.ceil(item.createdAt / 1000) + days * DAY', 'until: Math.floor(now)')),
  of('an orphan deleted that a read has named meanwhile', due('orphan ? named.has(name) :', 'orphan ? false :')),
  of(
    'blobs deleted before the entry is signed',
    expire('if (seq >= signed || !hasTime()) continue;', 'if (!hasTime()) continue;'),
  ),
  of(
    'what is missing covered up',
    find('      if (!unnamed.delete(name)) continue;\n', '      unnamed.delete(name);\n'),
    due('if (await deps.deleter.exists(...splitName(name))) due.push(segment);', 'due.push(segment);'),
  ),
  of('what was deleted stored again', {
    file: 'shared/archive/versions.ts',
    find: "if (novelty !== 'duplicate' && time !== undefined && this.#mayBeDeleted(time)) return 'gone';",
    replace: '',
  }),
  of(
    'a clock that runs ahead believed',
    due('return theirs === undefined ? 0 : Math.min(ours, Math.floor(theirs / 1000));', 'return ours;'),
  ),
  of(
    'a deletion confirmed for good while the store refuses',
    expire('if (kept === undefined) gone.push(segment);', 'if (kept !== "x") gone.push(segment);'),
  ),
  of(
    'a proof that waits for rights that the deleter has not',
    derived('await workDeleter.delete(', 'await deleter.delete('),
    derived('{ workDeleter }: ExpireDeps', '{ deleter }: ExpireDeps'),
    derived(
      "if (answer.outcome !== 'refused') return",
      "if (answer.outcome === 'refused') throw new Error(); else return",
    ),
  ),
];
