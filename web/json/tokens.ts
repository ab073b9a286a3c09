/**
 * The tokens of a JSON text, as they stand: nothing is parsed into a value and written again, so a number keeps its
 * digits, a key that occurs twice is there twice, and an escape stays an escape.
 */

export type TokenKind = 'punctuation' | 'text' | 'number' | 'word';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** Whitespace falls away. A character that belongs nowhere becomes a `word` of its own: what is shown is never less. */
const TOKENS = /\s+|([{}[\],:])|("(?:[^"\\]|\\.)*"?)|(-?\d[\d.eE+-]*)|([A-Za-z]+|.)/gsu;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, punctuation, string, number, word] of text.matchAll(TOKENS)) {
    if (punctuation !== undefined) tokens.push({ kind: 'punctuation', text: punctuation });
    else if (string !== undefined) tokens.push({ kind: 'text', text: string });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

/** What a text token says; the token itself if it cannot be read. Other tokens say what they are. */
export function spoken(token: string): string {
  if (!token.startsWith('"')) return token;
  try {
    return JSON.parse(token) as string;
  } catch {
    return token;
  }
}
