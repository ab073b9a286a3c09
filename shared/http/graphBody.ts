/** The bodies of Graph's answers, made of stored lines byte for byte. */
import { type Selection, selectFields } from '../query/select.ts';

export interface GraphPage {
  readonly context: string;
  readonly count: number | undefined;
  readonly nextLink: string | undefined;
  readonly lines: readonly Buffer[];
  readonly select: Selection | undefined;
}

const [COMMA, END] = [Buffer.from(','), Buffer.from(']}')];

export function pageBody({ context, count, nextLink, lines, select }: GraphPage): Buffer {
  const members = [`"@odata.context":${JSON.stringify(context)}`];
  if (count !== undefined) members.push(`"@odata.count":${count}`);
  if (nextLink !== undefined) members.push(`"@odata.nextLink":${JSON.stringify(nextLink)}`);
  const parts: Buffer[] = [Buffer.from(`{${members.join()},"value":[`)];
  for (const [n, line] of lines.entries()) {
    if (n > 0) parts.push(COMMA);
    parts.push(select ? selectFields(line, select) : line);
  }
  return Buffer.concat([...parts, END]);
}

/** A record with the context as its first member. */
export function recordBody(context: string, line: Buffer, select: Selection | undefined): Buffer {
  const record = select ? selectFields(line, select) : line;
  const first = `{"@odata.context":${JSON.stringify(context)}`;
  const isEmpty = record.length === 2;
  return Buffer.concat([Buffer.from(isEmpty ? first : `${first},`), record.subarray(1)]);
}
