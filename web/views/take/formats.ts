/** What a range can be taken along as, as data: adding one is a row here. */
import type { Query } from '../../api/url.ts';
import type { RecordFormat } from './cutter.ts';
import { type Amount, bundleBytes, csvBytes, rawBytes } from './size.ts';

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
  /** Bytes of the file, about. */
  readonly bytesOf: (amount: Amount) => number;
}

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
    bytesOf: rawBytes,
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
    bytesOf: rawBytes,
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
    bytesOf: csvBytes,
  },
  {
    name: 'evidence',
    title: 'Evidence bundle',
    extension: '.zip',
    use: 'A zip that proves the range without us: records, every ledger entry, the signed checkpoint, and a verifier.',
    route: 'evidence',
    query: {},
    takesFilter: false,
    bytesOf: bundleBytes,
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
