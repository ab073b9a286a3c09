/** `GET /api/exports/{sha256}[?from&to]`: which request delivered a file. */
import { DAY } from '../archive/hours.ts';
import { instantFromMilliseconds } from '../archive/time.ts';
import { findDeliveries } from '../delivered.ts';
import { type Range, readOptionalRange } from '../query/range.ts';
import { type Answer, type Call, json } from './call.ts';
import { Problem } from './problem.ts';

/** What is looked through where no range is given. */
const DEFAULT_DAYS = 31;
const DIGEST = /^[0-9a-f]{64}$/;

/** @throws Problem 404 that says what was looked through. */
export async function getDeliveries({ url, path, deps, signal }: Call): Promise<Answer> {
  const sha256 = readDigest(path[1] ?? '');
  const now = deps.clock.now();
  const range = readOptionalRange(url.searchParams, instantFromMilliseconds(now)) ?? lastDays(now);
  const { records, more } = await findDeliveries(deps, sha256, range, signal);
  if (records.length === 0) throw notDelivered(range);
  return { ...json({ sha256, ...range, exports: records, more }), records: () => records.length };
}

function lastDays(now: number): Range {
  // The request that asks is still under way, and so is whoever else began this very second.
  return { from: instantFromMilliseconds(now - DEFAULT_DAYS * DAY * 1000), to: instantFromMilliseconds(now + 1000) };
}

function readDigest(text: string): string {
  const digest = text.toLowerCase();
  if (DIGEST.test(digest)) return digest;
  const detail =
    'What follows /api/exports/ must be the SHA-256 of a delivered file, 64 hex digits, as `sha256sum` prints it.';
  throw new Problem(400, 'Bad digest', detail, { parameter: 'sha256' });
}

function notDelivered({ from, to }: Range): Problem {
  const detail =
    `No request that began from ${from} to ${to} delivered a body with this SHA-256; from and to name another range, ` +
    `by default it is the last ${DEFAULT_DAYS} days. The hash is that of the body as it was sent: of the .gz where it ` +
    'went out as gzip (docs/ACCESS.md, "The access log").';
  return new Problem(404, 'Not delivered', detail);
}
