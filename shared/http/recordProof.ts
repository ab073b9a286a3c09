/**
 * `GET /api/integrity/proofs/record/{logType}/{id}[?from&to]`: every stored version of a record, each with its proof of at
 * most 6 KB.
 */
import { gzipSync } from 'node:zlib';
import { DAY } from '../archive/hours.ts';
import { instantFromMilliseconds, instantFromSeconds, secondsOf } from '../archive/time.ts';
import { formatTlogProof } from '../archive/tlogProof.ts';
import { applyLedger, MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { newestHead } from '../proof/heads.ts';
import { proveRecord, type RecordProof } from '../proof/recordProof.ts';
import { BadQuery, type Range, readOptionalRange } from '../query/range.ts';
import { type Answer, type Call, json } from './call.ts';
import { Problem } from './problem.ts';
import { readLogType } from './readLogType.ts';

/** Days that are looked through at once: every segment of the range is opened. */
const MOST_DAYS = 31;

export async function getRecordProof({ deps, url }: Call, [name = '', id = '']: readonly string[]): Promise<Answer> {
  const logType = readLogType(deps.config, name);
  const now = deps.clock.now();
  const range = readOptionalRange(url.searchParams, instantFromMilliseconds(now)) ?? lately(Math.floor(now / 1000));
  if (secondsOf(range.to) - secondsOf(range.from) > MOST_DAYS * DAY) {
    throw new BadQuery('to', `a record is looked for in at most ${MOST_DAYS} days at once; ask for a shorter range`);
  }
  const { seq } = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  const checkpoint = await newestHead(deps, logType.name);
  if (!checkpoint) {
    throw new Problem(
      404,
      'No checkpoint yet',
      `No checkpoint of ${logType.name} is signed yet; they are signed hourly.`,
    );
  }
  const { proofs, unsigned, deleted } = await proveRecord(deps, logType, id, range, seq, checkpoint);
  if (proofs.length === 0) throw notFound(id, range, unsigned, deleted, checkpoint.head.size);
  const { from, to } = range;
  const gone = deleted > 0 && { deletedSegments: deleted };
  const found = { logType: logType.name, id, from, to, unsigned, ...gone, proofs: proofs.map(showProof) };
  return { ...json(found), records: () => proofs.length };
}

/** One proof, as it is answered: at most 6 KB beside its record, whatever the sizes of segment and ledger. */
export function showProof({ line, segment, index, path, entry }: RecordProof) {
  return {
    // As stored: its UTF-8 bytes are the leaf.
    record: line.toString('utf8'),
    segment: segment.name,
    index,
    records: segment.records,
    path: path.map((hash) => hash.toString('base64')),
    // Names, hashes and counts: of an entry that names 12 segments 7 KB as they are, and 3 KB so.
    entryGzip: gzipSync(entry.entry, { level: 9 }).toString('base64'),
    proof: formatTlogProof({ index: entry.seq, hashes: entry.hashes, checkpoint: entry.checkpoint.bytes }),
  };
}

function lately(now: number): Range {
  return { from: instantFromSeconds(now - MOST_DAYS * DAY), to: instantFromSeconds(now) };
}

function notFound(id: string, { from, to }: Range, unsigned: number, deleted: number, size: number): Problem {
  const shown = id.slice(0, 80);
  if (unsigned > 0) {
    const detail =
      `The record '${shown}' is stored, and under no checkpoint yet: the newest covers the first ${size} entries. ` +
      'Checkpoints are signed every hour.';
    return new Problem(404, 'No proof yet', detail, {}, { 'retry-after': '3600' });
  }
  const detail =
    `No record '${shown}' is held with a time from ${from} to ${to}, where the newest checkpoint covers ${size} entries. ` +
    `Name the range of its time with from and to, ${MOST_DAYS} days at most.`;
  if (deleted > 0) {
    const gone = `${deleted} segments of that range were deleted after their retention, with proof; what was in them cannot be told.`;
    return new Problem(404, 'No such record, and some were deleted', `${detail} ${gone}`, { deletedSegments: deleted });
  }
  return new Problem(404, 'No such record', detail);
}
