/** IP addresses, whatever the form they are written in. */
import { isIPv4, isIPv6 } from 'node:net';

/** Characters of the longest text that is taken for one: in brackets, with a zone and a port. */
export const LONGEST_ADDRESS = 80;

const WITH_PORT = /^(?:\[([0-9a-f:.%]+)\]|([0-9.]+))(?::\d{1,5})?$/i;
/** The first 96 bits of an IPv4 address that is written as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED = '0:0:0:0:0:ffff:';

/**
 * One text for each address: `203.0.113.7`, or eight groups of IPv6 in small hexadecimal without leading zeros
 * (`2001:db8:0:0:0:0:0:1`). A port and a zone are left out, and an IPv4 address that is written as IPv6 is that address.
 * @returns `undefined` for any other text.
 */
export function addressIn(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const [, bracketed, four] = WITH_PORT.exec(text) ?? [];
  const bare = bracketed ?? four ?? text;
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare.split('%')[0] as string);
  const whole = groups.map((group) => group.toString(16)).join(':');
  return whole.startsWith(MAPPED) ? dotted(groups.slice(6)) : whole;
}

/** The eight groups of an address that `isIPv6` accepts. */
function groupsOf(address: string): number[] {
  const numbers = (part: string) => part.split(':').filter(Boolean).flatMap(group);
  const [head = [], tail] = address.split('::').map(numbers);
  const zeros = tail === undefined ? [] : new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...(tail ?? [])];
}

function group(text: string): number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((each) => [each >> 8, each & 255]).join('.');
}
