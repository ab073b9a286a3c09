/** What the fields of the kinds `delete` and `deleted` must agree on. Throws FieldError. */
import type { DoomedSegment, EntryHead } from './entryTypes.ts';
import { demand } from './fields.ts';
import { parseArchiveContainer, parseSegmentName, splitName } from './names.ts';

/** Segments of this ledger, each named once, whose retention was over; of those that no entry names no count is given. */
export function demandDoomed(
  { log, seq, time }: EntryHead,
  kind: 'delete' | 'deleted',
  segments: readonly DoomedSegment[],
): void {
  demand(segments.length > 0, `${kind}.segments`, 'names none');
  demand(
    new Set(segments.map(({ name }) => name)).size === segments.length,
    `${kind}.segments`,
    'names one segment twice',
  );
  for (const [index, segment] of segments.entries()) {
    const path = `${kind}.segments[${index}]`;
    const [container, name] = splitName(segment.name);
    const id = parseSegmentName(name);
    demand(
      id !== undefined && parseArchiveContainer(container) !== undefined,
      `${path}.name`,
      'is not that of a segment',
    );
    demand(`${id.tenantId}/${id.logType}` === log, `${path}.name`, 'belongs to another ledger');
    const isOrphan = segment.orphan === true;
    // What no entry names can be numbered after this one: a writer was about to commit it under the number that this won.
    demand(isOrphan || id.seq < seq, `${path}.name`, 'is numbered after all that this entry can delete');
    demand(isOrphan || segment.sha256.startsWith(id.hash), `${path}.sha256`, 'does not begin as the name says');
    demand(isOrphan === (segment.records === null), `${path}.records`, 'are counted, or not, against what orphan says');
    demand(segment.retainUntil <= time, `${path}.retainUntil`, 'lies after this entry');
  }
}
