/** Single values of a record, as the tokens that stand there. */
import { ELEMENT, type Path } from './layout.ts';
import { spoken, tokensOf } from './tokens.ts';

export interface Picked {
  readonly path: Path;
  /** The stored token. */
  readonly token: string;
}

/**
 * The values under some paths. An element of a list is `*` in a path; of several values under it all are given.
 * @param text a JSON object. @param paths with `/` between the names.
 * @returns by path as it was asked for; a path that leads to nothing, to an object or to a list is not there.
 */
export function pick(text: string, paths: readonly string[]): ReadonlyMap<string, readonly Picked[]> {
  const wanted = new Set(paths);
  const found = new Map<string, Picked[]>();
  const open: { isList: boolean; key: string }[] = [];
  const tokens = tokensOf(text);
  for (const [index, { kind, text: token }] of tokens.entries()) {
    if (kind === 'punctuation') {
      if (token === '{' || token === '[') open.push({ isList: token === '[', key: '' });
      else if (token === '}' || token === ']') open.pop();
      continue;
    }
    const inside = open.at(-1);
    if (inside && !inside.isList && tokens[index + 1]?.text === ':') {
      inside.key = spoken(token);
      continue;
    }
    const path = open.map(({ isList, key }) => (isList ? ELEMENT : key));
    const name = path.join('/');
    if (wanted.has(name)) found.set(name, [...(found.get(name) ?? []), { path, token }]);
  }
  return found;
}
