/** A JSON text laid out in lines, for reading: the tokens are the stored ones, only the space between them is ours. */
import { spoken, type Token, tokensOf } from './tokens.ts';

export interface Piece {
  readonly kind: Token['kind'] | 'key';
  readonly text: string;
}

/** The way to a value: names of members, and `*` for an element of a list. */
export type Path = readonly string[];

export const ELEMENT = '*';

export interface Line {
  readonly depth: number;
  readonly pieces: readonly Piece[];
  /** A value that is neither object nor list, and stands whole on the line. */
  readonly value?: { readonly path: Path; readonly token: Token };
}

interface Open {
  readonly isList: boolean;
  /** Name of the member that is being laid out. */
  key: string;
}

export function layout(text: string): Line[] {
  const tokens = tokensOf(text);
  const lines: Line[] = [];
  const open: Open[] = [];
  let pieces: Piece[] = [];
  let value: Line['value'];
  const end = (depth: number) => {
    if (pieces.length > 0) lines.push({ depth, pieces, ...(value && { value }) });
    pieces = [];
    value = undefined;
  };
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]?.text;
    const inside = open.at(-1);
    if (token.kind !== 'punctuation') {
      const isKey = inside !== undefined && !inside.isList && next === ':';
      if (isKey) inside.key = spoken(token.text);
      else value = { path: pathOf(open), token };
      pieces.push({ kind: isKey ? 'key' : token.kind, text: token.text });
      continue;
    }
    switch (token.text) {
      case '{':
      case '[':
        pieces.push(token);
        open.push({ isList: token.text === '[', key: '' });
        if (!isEmpty(token.text, next)) end(open.length - 1);
        break;
      case '}':
      case ']': {
        const wasEmpty = isEmpty(tokens[index - 1]?.text ?? '', token.text);
        if (!wasEmpty) end(open.length);
        open.pop();
        pieces.push(token);
        break;
      }
      case ',':
        pieces.push(token);
        end(open.length);
        break;
      default:
        pieces.push({ kind: 'punctuation', text: ': ' });
    }
  }
  end(open.length);
  return lines;
}

/** A line as text, with its indent. */
export function lineText({ depth, pieces }: Line): string {
  return '  '.repeat(depth) + pieces.map(({ text }) => text).join('');
}

function pathOf(open: readonly Open[]): Path {
  return open.map(({ isList, key }) => (isList ? ELEMENT : key));
}

function isEmpty(first: string, next: string | undefined): boolean {
  return (first === '{' && next === '}') || (first === '[' && next === ']');
}
