/** A block of a stored segment, and what it inflates to. */
import { type BlockSpan, inflateBlock } from '../archive/blocks.ts';
import type { IndexedSegment } from '../segmentIndex.ts';
import { named } from '../segments.ts';

/** A segment whose bytes are here, their hash checked. */
export interface Loaded {
  readonly segment: IndexedSegment;
  readonly bytes: Buffer;
}

/** A block and where it lies. */
export interface Block extends Loaded {
  readonly span: BlockSpan;
  /** Its place among the blocks of its hour: by entry, by segment, as stored. */
  readonly rank: number;
}

/** The inflated lines of a block. @throws DamagedSegment naming the segment. */
export function open({ segment, bytes, span }: Block): Buffer {
  try {
    return inflateBlock(bytes, span);
  } catch (error) {
    throw named(error, segment);
  }
}
