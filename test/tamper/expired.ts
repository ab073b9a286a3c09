/** The story of the campaign's archive goes on: years later a hold is placed, and some of what is past its retention goes. */
import { type DoomedSegment, decodeEntry, type SegmentInfo } from '../../shared/archive/entry.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { type Archive, archiveOf, HOUR, START, type Told } from '../support/signedArchive.ts';

/** All that this archive keeps may go by then. */
export const LATER = START + 2600 * 24 * HOUR;
/** Segments of the hours that no hold concerns; the first of them go. */
const GONE = 4;
/** The hours that are held. */
const HELD = { from: formatSeconds(START + 8 * HOUR), to: formatSeconds(START + 12 * HOUR) };

const doomed = ({ name, sha256, records, retainUntil }: SegmentInfo): DoomedSegment => {
  return { name, sha256, records, retainUntil };
};

export function meant(...segments: readonly SegmentInfo[]): Told {
  return { kind: 'raw', at: LATER, body: { kind: 'delete', delete: { segments: segments.map(doomed) } } };
}

export function done(...segments: readonly SegmentInfo[]): Told {
  return { kind: 'raw', at: LATER + 60, body: { kind: 'deleted', deleted: { segments: segments.map(doomed) } } };
}

/** What the entries of an archive name, by entry. */
export function segmentsOf({ files }: Archive): SegmentInfo[] {
  const entries = [...files].filter(([name]) => name.endsWith('.json')).map(([, bytes]) => decodeEntry(bytes));
  return entries.flatMap((entry) => (entry.kind === 'read' ? entry.segments : []));
}

export function isHeld({ minTime }: SegmentInfo): boolean {
  const hour = minTime.slice(0, 13);
  return hour >= HELD.from.slice(0, 13) && hour < HELD.to.slice(0, 13);
}

/** The same story, with its end. */
export async function goOn(story: readonly Told[], signer: Signer): Promise<Told[]> {
  const gone = segmentsOf(await archiveOf(story, signer)).slice(0, GONE);
  const hold = { id: '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10', case: 'c'.repeat(64), ...HELD };
  return [...story, { kind: 'raw', at: LATER - 60, body: { kind: 'hold', hold } }, meant(...gone), done(...gone)];
}

/** The archive that tells a story, without what the story says is gone. */
export async function expiredArchive(story: readonly Told[], signer: Signer): Promise<Archive> {
  const archive = await archiveOf(story, signer);
  for (const { name } of story.flatMap(goneIn)) archive.files.delete(name);
  return archive;
}

function goneIn(told: Told): readonly DoomedSegment[] {
  return told.kind === 'raw' && told.body.kind === 'deleted' ? told.body.deleted.segments : [];
}
