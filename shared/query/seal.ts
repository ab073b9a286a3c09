/**
 * Texts that a client is given to bring back unchanged with the same query: cursors of exports, skiptokens.
 *
 * They say nothing secret: who brings one is authorised like everybody else. The checksum tells a slip of the hand from
 * a sealed text; it is no signature, so what comes out must still be checked for its form.
 */
import { hash } from 'node:crypto';

const CHECK_DIGITS = 12;

/**
 * @param kind what the text is; one of another kind does not open.
 * @param query what the text belongs to: everything that decides which records come in which order.
 */
export function seal(kind: string, text: string, query: readonly string[]): string {
  return `${Buffer.from(text).toString('base64url')}.${check(kind, text, query)}`;
}

/** The text; `undefined` when it was changed, is longer than `longest`, or belongs to another query. */
export function unseal(kind: string, value: string, query: readonly string[], longest: number): string | undefined {
  if (value.length > longest) return undefined;
  const [encoded = '', sum = '', ...more] = value.split('.');
  const text = Buffer.from(encoded, 'base64url').toString('utf8');
  return more.length === 0 && check(kind, text, query) === sum ? text : undefined;
}

function check(kind: string, text: string, query: readonly string[]): string {
  return hash('sha256', JSON.stringify([kind, text, ...query])).slice(0, CHECK_DIGITS);
}
