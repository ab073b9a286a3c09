/** What a range can be taken along as, as data: adding one is a row here. */
import type { LogTypeStatus } from '../../api/answers.ts';
import type { Query } from '../../api/url.ts';
import type { RecordFormat } from './cutter.ts';

export interface TakeFormat {
  readonly name: string;
  readonly title: string;
  readonly extension: string;
  readonly use: string;
  /** Path below `/api/`, without the log type. */
  readonly route: string;
  readonly query: Query;
  /** How its records are told apart; absent where a download that broke has to begin anew. */
  readonly records?: RecordFormat;
  /** Whether only some records can be taken. */
  readonly takesFilter: boolean;
  /** Bytes of one record on average, of those that the archive holds. */
  readonly bytesEach: (status: Pick<LogTypeStatus, 'records' | 'bytes' | 'rawBytes'>) => number;
}

const raw = ({ rawBytes, records }: Pick<LogTypeStatus, 'records' | 'rawBytes'>) => rawBytes / Math.max(1, records);

export const FORMATS: readonly TakeFormat[] = [
  {
    name: 'ndjson',
    title: 'NDJSON',
    extension: '.ndjson',
    use: 'One record a line, to the byte as stored: the form to keep, and for jq, DuckDB and Python.',
    route: 'logs',
    query: { format: 'ndjson' },
    records: 'ndjson',
    takesFilter: true,
    bytesEach: raw,
  },
  {
    name: 'json',
    title: 'JSON',
    extension: '.json',
    use: 'One list of all records, for tools that want a single document.',
    route: 'logs',
    query: { format: 'json' },
    records: 'json',
    takesFilter: true,
    bytesEach: raw,
  },
  {
    name: 'csv',
    title: 'CSV',
    extension: '.csv',
    use: "The portal's columns, for Excel: no cell is a formula, accents come out right.",
    route: 'logs',
    query: { format: 'csv', bom: 'true' },
    records: 'csv',
    takesFilter: true,
    // Measured on sign-ins: most of a record's bytes are names, which a CSV has once.
    bytesEach: (status) => raw(status) * 0.6,
  },
  {
    name: 'evidence',
    title: 'Evidence bundle',
    extension: '.zip',
    use: 'A zip that proves the range without us: records, every ledger entry, the signed checkpoint, and a verifier.',
    route: 'evidence',
    query: {},
    takesFilter: false,
    bytesEach: ({ bytes, records }) => bytes / Math.max(1, records),
  },
];

/** The format of a name; the first where there is none of it. */
export function formatNamed(name: string | undefined): TakeFormat {
  return FORMATS.find((format) => format.name === name) ?? (FORMATS[0] as TakeFormat);
}

/** The name that the archive too gives the file. */
export function fileNameOf({ name, extension }: TakeFormat, log: string, from: string, to: string): string {
  const compact = (iso: string) => iso.replace(/[-:]/g, '').replace(/\.0+Z$/, 'Z');
  const prefix = name === 'evidence' ? 'evidence_' : '';
  return `${prefix}${log}_${compact(from)}_${compact(to)}${extension}`.replace(/[^A-Za-z0-9._-]/g, '_');
}
