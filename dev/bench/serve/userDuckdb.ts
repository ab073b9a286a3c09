/** DuckDB on the same files, with the columns named: the fastest that it offers for such files. */
import { DuckDBInstance } from '@duckdb/node-api';
import { openArchive, rawBytesOf, report, USER } from './side.ts';

const { segments, files } = await openArchive();
const connection = await (await DuckDBInstance.create()).connect();
const columns =
  "{id: 'VARCHAR', createdDateTime: 'VARCHAR', userPrincipalName: 'VARCHAR', ipAddress: 'VARCHAR', status: 'JSON'}";
const from = `read_json([${files.map((file) => `'${file}'`).join(',')}], format = 'newline_delimited', columns = ${columns})`;

await report(async () => {
  const found = await connection.runAndReadAll(`SELECT * FROM ${from} WHERE userPrincipalName = '${USER}'`);
  return { records: found.getRows().length, rawBytes: rawBytesOf(segments), sentBytes: 0 };
});
