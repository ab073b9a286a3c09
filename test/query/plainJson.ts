/**
 * `JSON.parse` as an oracle that can be trusted: V8 of Node 24 now and then gives a key that occurs twice, spelled with
 * escapes, the value of its first occurrence. So every string is spelled plainly first, as the hexadecimal digits of
 * its text.
 */
const STRING = /"(?:[^"\\]|\\.)*"/g;

/** The value of a JSON text, its keys and strings as `plain` spells them. */
export function parsePlain(text: string): unknown {
  return JSON.parse(text.replace(STRING, (string) => JSON.stringify(plain(JSON.parse(string) as string))));
}

export function plain(text: string): string {
  return `x${Buffer.from(text, 'utf16le').toString('hex')}`;
}
