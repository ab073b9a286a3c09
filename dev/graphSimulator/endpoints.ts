/**
 * The paths that the simulator serves, as a table made from the product's log types, plus v1.0 sign-ins.
 */
import type { GraphLogType } from '../../shared/logTypes.ts';
import { STREAMS, type Stream } from './streams.ts';

export interface Endpoint {
  readonly api: 'v1.0' | 'beta';
  /** Below the API version. */
  readonly path: string;
  /** Every stream that lies under the path; without a filter Graph shows the first only. */
  readonly streams: readonly [Stream, ...Stream[]];
  readonly logType: GraphLogType;
  /** Name of the entity type, as error messages print it. */
  readonly typeName: string;
  /** Comparison operators of the time field. */
  readonly operators: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  /** `$top`: what holds without it, and what is the most; beyond it an answer is cut or refused. */
  readonly top: { readonly fallback: number; readonly most: number; readonly strict: boolean };
  /** The rows are of a beta log type and printed as v1.0 prints them. */
  readonly v1: boolean;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  '/auditLogs/signIns': 'signIn',
  '/auditLogs/directoryAudits': 'directoryAudit',
  '/auditLogs/provisioning': 'provisioningObjectSummary',
  '/auditLogs/customSecurityAttributeAudits': 'customSecurityAttributeAudit',
  '/identityProtection/riskDetections': 'riskDetection',
  '/identityProtection/servicePrincipalRiskDetections': 'servicePrincipalRiskDetection',
  '/identityProtection/riskyUsers': 'riskyUser',
  '/identityProtection/riskyServicePrincipals': 'riskyServicePrincipal',
};

/**
 * Reports: default and most 1000. Identity Protection: default 20, most 500, more is refused. `$top` on the list pages of
 * https://learn.microsoft.com/graph/api/signin-list and https://learn.microsoft.com/graph/api/riskdetection-list.
 */
const TOP = {
  reports: { fallback: 1000, most: 1000, strict: false },
  risk: { fallback: 20, most: 500, strict: true },
} as const;

/** Every endpoint by its whole path, e.g. `/beta/auditLogs/signIns`. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = createEndpoints();

function createEndpoints(): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  for (const stream of STREAMS.values()) {
    const { api, path } = stream.logType;
    const former = endpoints.get(`/${api}${path}`);
    endpoints.set(`/${api}${path}`, endpoint([...(former?.streams ?? []), stream] as [Stream, ...Stream[]], false));
    if (stream.v1Printer) endpoints.set(`/v1.0${path}`, endpoint([stream], true));
  }
  return endpoints;
}

function endpoint(streams: readonly [Stream, ...Stream[]], v1: boolean): Endpoint {
  const { logType } = streams[0];
  const keys = streams.flatMap(({ printer, v1Printer }) => [...((v1 ? v1Printer : undefined) ?? printer).keys]);
  // `eq` is documented for sign-ins and audits only.
  const equals = logType.budget === 'reports' && logType.operators[0] === 'ge' ? ['eq'] : [];
  return {
    api: v1 ? 'v1.0' : logType.api,
    path: logType.path,
    streams,
    logType,
    typeName: TYPE_NAMES[logType.path] ?? 'entity',
    operators: new Set([...logType.operators, ...equals]),
    keys: new Set(keys),
    top: TOP[logType.budget],
    v1,
  };
}
