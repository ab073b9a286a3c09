/**
 * The words and signs of a filter.
 *
 * By character codes, each character looked at once or twice: the time is linear in the length whatever the text is.
 */
import { type Refuse, shown } from './badFilter.ts';

export type TokenKind = 'word' | 'text' | '(' | ')' | ',' | '/' | ':' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A word as written; a text without its quotes; otherwise the sign. */
  readonly value: string;
  /** Characters before it. */
  readonly at: number;
}

/** What is read of the source: a string has it all. */
export type Source = Pick<string, 'length' | 'charCodeAt' | 'slice'>;

const [TAB, SPACE, QUOTE, PLUS, COLON] = [0x09, 0x20, 0x27, 0x2b, 0x3a] as const;
const SIGNS = new Map<number, TokenKind>(
  (['(', ')', ',', '/', ':'] as const).map((sign) => [sign.charCodeAt(0), sign]),
);
/** What names, numbers, times and guids are made of; a word that starts as a number or time may hold colons and plus too. */
const OF_WORDS = charSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-');
const OF_NUMBERS = new Set([...OF_WORDS, COLON, PLUS]);
const STARTS_NUMBER = charSet('0123456789+-');

/** The tokens of a filter; the last is `end`. */
export function tokenize(source: Source, refuse: Refuse): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    const { token, end } = tokenAt(source, at, refuse);
    tokens.push(token);
    at = skipSpace(source, end);
  }
  tokens.push({ kind: 'end', value: '', at: source.length });
  return tokens;
}

/** A token in the words of a message. */
export function describe({ kind, value }: Token): string {
  if (kind === 'end') return 'the end';
  return kind === 'text' ? `the text '${shown(value)}'` : `'${shown(value)}'`;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function tokenAt(source: Source, at: number, refuse: Refuse): Read {
  const code = source.charCodeAt(at);
  if (code === QUOTE) return textAt(source, at, refuse);
  const sign = SIGNS.get(code);
  if (sign !== undefined) return { token: { kind: sign, value: sign, at }, end: at + 1 };
  const allowed = STARTS_NUMBER.has(code) ? OF_NUMBERS : OF_WORDS;
  let end = at;
  while (end < source.length && allowed.has(source.charCodeAt(end))) end += 1;
  if (end === at) refuse(at, 'a name, a value or a sign of the filter language', `'${source.slice(at, at + 1)}'`);
  return { token: { kind: 'word', value: source.slice(at, end), at }, end };
}

/** A text in single quotes; two of them within stand for one. */
function textAt(source: Source, at: number, refuse: Refuse): Read {
  let value = '';
  let from = at + 1;
  for (let end = from; end < source.length; end += 1) {
    if (source.charCodeAt(end) !== QUOTE) continue;
    value += source.slice(from, end);
    if (source.charCodeAt(end + 1) !== QUOTE) return { token: { kind: 'text', value, at }, end: end + 1 };
    value += "'";
    end += 1;
    from = end + 1;
  }
  return refuse(source.length, `the closing quote of the text that starts at character ${at + 1}`, 'the end');
}

function skipSpace(source: Source, from: number): number {
  let at = from;
  for (let code = source.charCodeAt(at); code === SPACE || code === TAB; code = source.charCodeAt(at)) at += 1;
  return at;
}

function charSet(characters: string): Set<number> {
  return new Set([...characters].map((character) => character.charCodeAt(0)));
}
