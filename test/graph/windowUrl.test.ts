import { describe, expect, it } from 'vitest';
import { askedRange, windowUrl } from '../../shared/graph/pages.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { ORIGIN, WINDOW } from './script.ts';

const typeOf = (name: string) => LOG_TYPES.get(name) as LogType;

/** The filter in words, as Graph reads it. */
const signIns = (type: string) =>
  `createdDateTime ge 2026-11-20T04:59:59Z and createdDateTime le 2026-11-20T06:00:01Z and signInEventTypes/any(t: t eq '${type}')`;
const bounds = (field: string) => `${field} ge 2026-11-20T04:59:59Z and ${field} le 2026-11-20T06:00:01Z`;

const URLS: Readonly<Record<string, readonly [path: string, filter: string, top: number]>> = {
  interactiveSignIns: ['/beta/auditLogs/signIns', signIns('interactiveUser'), 1000],
  nonInteractiveSignIns: ['/beta/auditLogs/signIns', signIns('nonInteractiveUser'), 1000],
  servicePrincipalSignIns: ['/beta/auditLogs/signIns', signIns('servicePrincipal'), 1000],
  managedIdentitySignIns: ['/beta/auditLogs/signIns', signIns('managedIdentity'), 1000],
  directoryAudits: ['/v1.0/auditLogs/directoryAudits', bounds('activityDateTime'), 1000],
  provisioning: [
    '/v1.0/auditLogs/provisioning',
    'activityDateTime gt 2026-11-20T04:59:58Z and activityDateTime lt 2026-11-20T06:00:02Z',
    1000,
  ],
  riskDetections: ['/v1.0/identityProtection/riskDetections', bounds('lastUpdatedDateTime'), 500],
  servicePrincipalRiskDetections: [
    '/v1.0/identityProtection/servicePrincipalRiskDetections',
    bounds('lastUpdatedDateTime'),
    500,
  ],
  riskyUsers: ['/v1.0/identityProtection/riskyUsers', bounds('riskLastUpdatedDateTime'), 500],
  riskyServicePrincipals: ['/v1.0/identityProtection/riskyServicePrincipals', bounds('riskLastUpdatedDateTime'), 500],
  customSecurityAttributeAudits: ['/beta/auditLogs/customSecurityAttributeAudits', bounds('activityDateTime'), 1000],
};

describe('the URL of a window', () => {
  it.each(Object.entries(URLS))('of %s asks for its span, a little wider', (name, [path, filter, top]) => {
    const url = new URL(windowUrl(ORIGIN, typeOf(name), WINDOW));
    expect(url.origin + url.pathname).toBe(ORIGIN + path);
    expect([...url.searchParams]).toEqual([
      ['$filter', filter],
      ['$top', String(top)],
    ]);
  });

  it('is tested for every log type', () => {
    expect(Object.keys(URLS).toSorted()).toEqual([...LOG_TYPES.keys()].toSorted());
  });

  it('is this very text', () => {
    expect(windowUrl(ORIGIN, typeOf('nonInteractiveSignIns'), WINDOW)).toBe(
      'https://graph.microsoft.com/beta/auditLogs/signIns?$filter=createdDateTime%20ge%202026-11-20T04%3A59%3A59Z' +
        '%20and%20createdDateTime%20le%202026-11-20T06%3A00%3A01Z' +
        "%20and%20signInEventTypes%2Fany(t%3A%20t%20eq%20'nonInteractiveUser')&$top=1000",
    );
    expect(windowUrl('http://127.0.0.1:7071', typeOf('provisioning'), WINDOW)).toBe(
      'http://127.0.0.1:7071/v1.0/auditLogs/provisioning?$filter=activityDateTime%20gt%202026-11-20T04%3A59%3A58Z' +
        '%20and%20activityDateTime%20lt%202026-11-20T06%3A00%3A02Z&$top=1000',
    );
  });

  it.each(['riskyUsers', 'riskyServicePrincipals'])('of %s has no lower bound the first time', (name) => {
    const first = { from: 0, to: WINDOW.to };
    expect(windowUrl(ORIGIN, typeOf(name), first)).toBe(
      `https://graph.microsoft.com/v1.0/identityProtection/${name}?$filter=riskLastUpdatedDateTime%20le%202026-11-20T06%3A00%3A01Z&$top=500`,
    );
    expect(askedRange(typeOf(name), first)).toEqual({ from: undefined, to: WINDOW.to + 1 });
  });

  it.each([
    ['directoryAudits', 'ge 2026-11-20T05:00:00Z', 'le 2026-11-20T05:00:00.9999999Z'],
    ['provisioning', 'gt 2026-11-20T04:59:59.9999999Z', 'lt 2026-11-20T05:00:01Z'],
  ])('of a single second of %s asks for nothing else: a neighbour may be what cannot be read', (name, lower, upper) => {
    const url = new URL(windowUrl(ORIGIN, typeOf(name), { from: WINDOW.from, to: WINDOW.from + 1 }));
    expect(url.searchParams.get('$filter')).toBe(`activityDateTime ${lower} and activityDateTime ${upper}`);
  });

  it('of a log type without state has a lower bound always', () => {
    expect(askedRange(typeOf('directoryAudits'), { from: 0, to: 10 })).toEqual({ from: -1, to: 11 });
  });

  it.each(['ge', 'gt'])('asks so wide that the edges of the window are within it, with %s', (operator) => {
    const [inclusive, wider] = [operator === 'ge', operator === 'ge' ? 1 : 2];
    const name = inclusive ? 'directoryAudits' : 'provisioning';
    expect(askedRange(typeOf(name), WINDOW)).toEqual({ from: WINDOW.from - wider, to: WINDOW.to + wider });
  });
});
