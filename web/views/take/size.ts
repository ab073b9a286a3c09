/** How large a download will be, about: reckoned from what the archive holds of the log type as a whole. */
import type { LogTypeStatus } from '../../api/answers.ts';

export interface Amount {
  readonly status: Pick<LogTypeStatus, 'logType' | 'records' | 'bytes' | 'rawBytes' | 'entries' | 'from'>;
  /** Records of the range. */
  readonly records: number;
  /** Begin of the range. */
  readonly from: string;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** A CSV has each name once and the values of all columns: its share of the records' bytes, measured. Sign-ins have 0.6. */
const CSV_SHARES: Readonly<Record<string, number>> = {
  servicePrincipalSignIns: 0.46,
  managedIdentitySignIns: 0.46,
  // Most of an audit record lies in lists, each of which several columns tell.
  directoryAudits: 1.1,
  provisioning: 0.8,
  riskDetections: 0.7,
  servicePrincipalRiskDetections: 0.7,
};
/** What every bundle carries: verifier, README, keys, checkpoint. `verify.mjs` is most of it. */
const TOOL_BYTES = 145_000;
/** Of an entry on average. Measured: those of sweeps, of which there are most, have less. */
const ENTRY_BYTES = 1200;
/** Of an entry before those that are included: its leaf hash. */
const LEAF_BYTES = 32;

/** Bytes of the records as stored. */
export function rawBytes({ status, records }: Amount): number {
  return (records * status.rawBytes) / Math.max(1, status.records);
}

export function csvBytes(amount: Amount): number {
  return rawBytes(amount) * (CSV_SHARES[amount.status.logType] ?? 0.6);
}

/** Bytes of an evidence bundle: the segments of the range, every entry since it was read, and what checks them. */
export function bundleBytes({ status, records, from, now }: Amount): number {
  const each = status.bytes / Math.max(1, status.records);
  const whole = now - Date.parse(status.from ?? from);
  const since = Math.min(1, Math.max(0, (now - Date.parse(from)) / Math.max(1, whole)));
  const entries = status.entries * since;
  return Math.ceil(TOOL_BYTES + records * each + entries * ENTRY_BYTES + (status.entries - entries) * LEAF_BYTES);
}
