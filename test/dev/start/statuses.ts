/** Builders of what `GET /api/status` answers. */
import type { ArchiveStatus, LogTypeStatus } from '../../../dev/start/host.ts';

/** A log type that nobody has read yet, with changes. */
export function logTypeStatus(logType: string, changes: Partial<LogTypeStatus> = {}): LogTypeStatus {
  return {
    logType,
    state: 'healthy',
    watermark: null,
    from: null,
    lagSeconds: null,
    oldestGap: null,
    countdownSeconds: null,
    volume: { hoursSinceLastRecord: null, longestQuietBefore: null },
    integrity: { checkpointAgeSeconds: null, lastAudit: null },
    alarms: [],
    entries: 0,
    segments: 0,
    records: 0,
    bytes: 0,
    rawBytes: 0,
    deleted: { segments: 0, records: 0 },
    holds: 0,
    lastEntry: null,
    lastSuccess: null,
    lastError: null,
    ...changes,
  };
}

/** The whole answer. */
export function archiveStatus(...logTypes: LogTypeStatus[]): ArchiveStatus {
  return { now: '2026-11-21T08:00:30.000Z', settleMinutes: 15, logTypes };
}
