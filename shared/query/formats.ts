/**
 * The formats of an answer: NDJSON as it lies or with fewer fields, one JSON array, CSV.
 */
import { csvHeader, csvRow } from './csv.ts';
import { csvColumns } from './csvColumns.ts';
import { type Selection, selectFields } from './select.ts';

/** What a record looks like in an answer. */
export interface Format {
  readonly contentType: string;
  /** Of a file name, with its dot. */
  readonly extension: string;
  /** What stands before the first record, between two, and after the last. */
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** What a stored line becomes; absent where it stays as it is. */
  readonly write?: (line: Buffer) => Buffer | string;
  /** What may come between records without meaning anything. Nowhere else: within a record it would be part of it. */
  readonly filler: string;
}

export type FormatName = 'ndjson' | 'json' | 'csv';

export interface FormatOptions {
  /** The name of the log type, by which a CSV has its columns. */
  readonly logType: string;
  readonly selection?: Selection | undefined;
  /** Whether a CSV begins with a byte order mark, by which Excel knows UTF-8. */
  readonly bom?: boolean;
}

const NEWLINE = Buffer.from('\n');
const BOM = '\ufeff';

/** Media types by format: what `Accept` may ask for. The first is what an answer has when nothing else is asked for. */
export const MEDIA_TYPES: readonly (readonly [FormatName, string])[] = [
  ['ndjson', 'application/x-ndjson'],
  ['json', 'application/json'],
  ['csv', 'text/csv'],
];

/** Makes the format of an answer. */
export function formatOf(name: FormatName, options: FormatOptions): Format {
  return MAKERS[name](options);
}

const MAKERS: Readonly<Record<FormatName, (options: FormatOptions) => Format>> = {
  ndjson: ({ selection }) => ({
    contentType: 'application/x-ndjson; charset=utf-8',
    extension: '.ndjson',
    open: '',
    between: selection ? '' : '\n',
    close: '',
    ...(selection && { write: (line) => Buffer.concat([selectFields(line, selection), NEWLINE]) }),
    filler: '\n',
  }),
  json: ({ selection }) => ({
    contentType: 'application/json; charset=utf-8',
    extension: '.json',
    open: '[\n',
    between: ',\n',
    close: '\n]\n',
    ...(selection && { write: (line) => selectFields(line, selection) }),
    filler: ' ',
  }),
  csv: ({ logType, selection, bom = false }) => {
    const columns = csvColumns(logType, selection);
    return {
      contentType: 'text/csv; charset=utf-8; header=present',
      extension: '.csv',
      open: `${bom ? BOM : ''}${csvHeader(columns)}`,
      between: '',
      close: '',
      write: csvRow(columns),
      // A row of nothing. Most readers pass over it; a spreadsheet shows an empty row.
      filler: '\r\n',
    };
  },
};
