/** Ranges that nobody can answer: each is refused with a 400 before anything is asked of the storage. */
import type { Sent } from './app.ts';

/** No times that exist, in the form that is asked for. */
const NO_TIMES = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e309',
  '-1e309',
  '1e3',
  '0',
  '-1',
  '1',
  '1795132800',
  '1795132800000',
  '0x7fffffff',
  '1.5',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  'now',
  'today',
  'yesterday',
  'P1D',
  'PT1H',
  'tomorrow',
  '٢٠٢٦-١١-٢٠',
  '',
  '2026-02-30',
  '2026-02-29',
  '2026-02-29T00:00:00Z',
  '2025-02-29',
  '1900-02-29',
  '2026-04-31',
  '2026-00-10',
  '2026-13-01',
  '2026-11-00',
  '2026-11-31T00:00:00Z',
  '2026-11-32',
  '2026-1-1',
  '26-11-20',
  '2026-11',
  '2026',
  '20261120',
  '2026/11/20',
  '20.11.2026',
  '11/20/2026',
  '2026-W47-5',
  '2026-324',
  '2026-11-20T24:00:00Z',
  '2026-11-20T25:00:00Z',
  '2026-11-20T05:60:00Z',
  '2026-11-20T05:00:60Z',
  '2026-11-20T05:00:61Z',
  '2026-11-20T05:00Z',
  '2026-11-20T05Z',
  '2026-11-20T05:00:00',
  '2026-11-20 05:00:00Z',
  '2026-11-20T05:00:00.Z',
  '2026-11-20T05:00:00.12345678Z',
  '2026-11-20T05:00:00,1Z',
  '2026-11-20T05:00:00+25:00',
  '2026-11-20T05:00:00+1',
  '2026-11-20T05:00:00ZZ',
  '2026-11-20T05:00:00[UTC]',
  '+002026-11-20T05:00:00Z',
  '-002026-11-20T05:00:00Z',
  '+275760-09-13T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '10000-01-01',
  '99999-12-31T00:00:00Z',
  '0000-00-00',
  '0000-00-00T00:00:00Z',
  '2026-11-20T05:00:00Z\0',
  '2026-11-20T05:00:00Z\n',
  ' 2026-11-20T05:00:00Z',
  '2026-11-20T05:00:00Z;x',
  "2026-11-20T05:00:00Z'",
  '２０２６-11-20',
  '2026\u201111\u201120',
  '9'.repeat(400),
  'Thu, 20 Nov 2026 05:00:00 GMT',
];

const OK = ['2026-11-20T08:00:00Z', '2026-11-20T10:00:00Z'] as const;

export const BAD_RANGES: readonly (readonly [from: string, to: string])[] = [
  ...NO_TIMES.map((text) => [text, OK[1]] as const),
  ...NO_TIMES.map((text) => [OK[0], text] as const),
  // Of no length, or reversed.
  [OK[0], OK[0]],
  [OK[1], OK[0]],
  ['2026-11-20', '2026-11-20'],
  ['2026-11-20', '2026-11-20T00:00:00.0000000Z'],
  ['2026-11-20T09:00:00+01:00', '2026-11-20T08:00:00Z'],
  ['2026-11-20T08:00:00.0000001Z', '2026-11-20T08:00:00Z'],
  ['2026-11-20T08:00:00.0000002Z', '2026-11-20T08:00:00.0000001Z'],
  ['2026-11-20', '1926-11-20'],
  ['2026-11-20', '0001-01-01'],
  ['2026-11-20T08:00:00-10:00', '2026-11-20T10:00:00Z'],
  // Not begun.
  ['2026-11-21T08:00:00Z', '2026-11-22T08:00:00Z'],
  ['2027-01-01', '2028-01-01'],
  ['2126-11-20', '2126-11-21'],
  ['9999-12-31', '9999-12-31T23:59:59.9999999Z'],
];

const ROUTES = [
  '/api/logs/directoryAudits',
  '/api/logs/riskyUsers',
  '/api/coverage',
  '/api/coverage/directoryAudits',
  '/api/segments/directoryAudits',
  '/api/evidence/directoryAudits',
  '/api/integrity/proofs/record/directoryAudits/r-0-1',
  `/api/exports/${'a'.repeat(64)}`,
  '/api/subjects?user=anna@example.com',
];
const PURPOSE = { 'x-purpose': 'a%20test' };
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Each of them to each route that takes a range, and as the body of a sweep and of a hold where it is none that the ledger
 * must judge: a sweep may reach beyond what was read, a hold beyond today.
 */
export function* badRanges(): Generator<Sent> {
  for (const [from, to] of BAD_RANGES) {
    const query = new URLSearchParams({ from, to });
    for (const route of ROUTES) {
      yield { method: 'GET', target: `${route}${route.includes('?') ? '&' : '?'}${query}`, headers: PURPOSE };
    }
  }
  for (const from of NO_TIMES) {
    const body = JSON.stringify({ logType: 'directoryAudits', from, to: OK[1] });
    yield { method: 'POST', target: '/api/sweeps', headers: JSON_TYPE, body };
  }
  for (const [from, to] of BAD_RANGES) {
    if (![from, to].some((time) => NO_TIMES.includes(time))) continue;
    const body = JSON.stringify({ case: 'a case', logTypes: 'directoryAudits', from, to });
    yield { method: 'POST', target: '/api/holds', headers: JSON_TYPE, body };
  }
}
