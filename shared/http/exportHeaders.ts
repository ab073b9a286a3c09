/** What an export says of itself: what it is called, what the archive holds of the range, and where to go on. */
import { NoteError } from '../archive/noteKey.ts';
import { formatSeconds } from '../archive/time.ts';
import type { Deps } from '../deps.ts';
import type { Export, ExportQuery } from '../export.ts';
import type { LogType } from '../logTypes.ts';
import { latestCheckpoint } from '../proof/heads.ts';
import { type Cursor, formatCursor } from '../query/cursor.ts';
import { safeFileName } from '../query/fileName.ts';
import { checkpointHeader } from './checkpoints.ts';
import type { ExportRequest } from './exportQuery.ts';

/** What an answer rests on. */
type Opened = Omit<Export, 'pieces'>;

/** The headers of records in a format. */
export async function headersOf(
  deps: Deps,
  logType: LogType,
  request: ExportRequest,
  opened: Opened,
): Promise<Record<string, string>> {
  const { format, gzip, query } = request;
  return {
    'content-type': format.contentType,
    'content-disposition': `attachment; filename="${safeFileName(logType.name, query.range, format.extension)}"`,
    vary: 'accept, accept-encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...(await claims(deps, logType, opened, request)),
  };
}

/** What an answer says of the range, and where a broken download goes on. */
export async function claims(
  deps: Deps,
  logType: LogType,
  { pin, seq, coverage }: Opened,
  { query, key, unknown }: ExportRequest,
): Promise<Record<string, string>> {
  const checkpoint = await signedHead(deps, logType, seq);
  return {
    'x-archive-coverage': coverage.state,
    'x-archive-covered-to': coverage.coveredTo.replace('.0000000Z', 'Z'),
    ...(coverage.deleted !== undefined && { 'x-archive-deleted': String(coverage.deleted) }),
    'x-archive-entries': String(seq + 1),
    'x-archive-cursor': formatCursor(beginning(query, seq), key),
    ...(checkpoint !== undefined && { 'x-archive-checkpoint': checkpoint }),
    ...(unknown.length > 0 && { 'x-archive-unknown-fields': unknown.join(', ') }),
    ...(pin.head && { 'x-archive-watermark': formatSeconds(pin.head.to) }),
  };
}

/** The newest checkpoint over no more than the answer rests on. The records are worth having without one too. */
async function signedHead(deps: Deps, { name }: LogType, seq: number): Promise<string | undefined> {
  try {
    const found = await latestCheckpoint(deps, name, seq + 1);
    return found && checkpointHeader(found);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    const next = 'Run the verifier over the archive (docs/AUDITOR.md); GET /api/status names what the audit found.';
    const message = `export of ${name}: the newest checkpoint cannot be believed, its header is left out. ${next}`;
    deps.log('error', message, { logType: name, cause: error.message });
    return undefined;
  }
}

/** Where an answer begins. */
function beginning({ cursor, skip = 0 }: ExportQuery, pin: number): Cursor {
  const { hour, given } = cursor ?? { hour: '', given: 0 };
  return { pin, hour, given: given + skip };
}

/** How many records the answer gives. */
export function countHeader(records: number): Record<string, string> {
  return { 'x-archive-records': String(records) };
}
