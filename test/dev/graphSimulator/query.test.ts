import { describe, expect, it } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../../../dev/graphSimulator/endpoints.ts';
import { parseInstant, plusTicks } from '../../../dev/graphSimulator/instant.ts';
import { parseQuery } from '../../../dev/graphSimulator/query.ts';
import { formatSkipToken, nextLink, originOf, parseSkipToken } from '../../../dev/graphSimulator/skipToken.ts';
import { NOW } from './client.ts';

const endpoint = (path: string) => ENDPOINTS.get(path) as Endpoint;
const parse = (path: string, parameters: Record<string, string>) =>
  parseQuery(endpoint(path), new URLSearchParams(parameters), NOW);
const SIGN_INS = '/beta/auditLogs/signIns';
const PROVISIONING = '/v1.0/auditLogs/provisioning';
const A = '2026-11-20T05:00:00Z';
const B = '2026-11-20T07:00:00.5Z';
const at = (text: string, ticks = 0) => plusTicks(parseInstant(text) as never, ticks);

describe('a filter', () => {
  it.each([
    [SIGN_INS, `createdDateTime ge ${A}`, at(A), undefined],
    [SIGN_INS, `createdDateTime le ${B}`, undefined, at(B)],
    [SIGN_INS, `createdDateTime eq ${B}`, at(B), at(B)],
    [SIGN_INS, `createdDateTime ge ${A} and createdDateTime le ${B}`, at(A), at(B)],
    [SIGN_INS, `createdDateTime ge ${A} and createdDateTime ge ${B} and createdDateTime le ${A}`, at(B), at(A)],
    [PROVISIONING, `activityDateTime gt ${A} and activityDateTime lt ${B}`, at(A, 1), at(B, -1)],
  ])('to %s of %s bounds the stored time to the tick', (path, filter, from, to) => {
    expect(parse(path, { $filter: filter }).range).toEqual({ from, to });
  });

  it('chooses one kind of sign-in, interactive ones by default', () => {
    const names = (filter: string) => parse(SIGN_INS, { $filter: filter }).streams.map(({ logType }) => logType.name);
    expect(names(`createdDateTime ge ${A}`)).toEqual(['interactiveSignIns']);
    expect(names(`createdDateTime ge ${A} and signInEventTypes/any(t: t eq 'managedIdentity')`)).toEqual([
      'managedIdentitySignIns',
    ]);
    expect(names("signInEventTypes/any(x:x eq 'servicePrincipal')")).toEqual(['servicePrincipalSignIns']);
  });
});

describe('a skip token', () => {
  it('is read back, and stands in the link in place of the former one', () => {
    const position = { read: 7, page: 3, after: [494_000, 12], unfiltered: true };
    expect(parseSkipToken(formatSkipToken(position))).toEqual(position);
    const first = { read: 1, page: 0, after: undefined, unfiltered: false };
    expect(parseSkipToken(formatSkipToken(first))).toEqual(first);
    const address = 'http://127.0.0.1:80/beta/x?$skiptoken=old&$top=2&%24skipToken=older&a?b';
    expect(nextLink(address, 'new')).toBe('http://127.0.0.1:80/beta/x?$top=2&a?b&$skiptoken=new');
    expect(nextLink('http://h/x', 'new')).toBe('http://h/x?$skiptoken=new');
    expect(originOf(address)).toBe('http://127.0.0.1:80');
  });
});
