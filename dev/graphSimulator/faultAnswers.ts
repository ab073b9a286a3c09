/**
 * The answers that faults put in place of a page.
 */
import type { GraphBudget } from '../../shared/logTypes.ts';
import {
  expiredToken,
  GraphError,
  gatewayTimeout,
  invalidSkipToken,
  nullSkipToken,
  reportsThrottled,
  riskThrottled,
  unlicensed,
} from './graphError.ts';

export interface FaultedRequest {
  readonly budget: GraphBudget;
  /** Chance that decides between the forms of a fault. */
  readonly dice: number;
  /** Divides what is to be waited for. */
  readonly speed: number;
  /** Simulated time, milliseconds since 1970. */
  readonly now: number;
  /** A GUID. */
  readonly correlationId: string;
}

/** A gateway's own answer, which is no JSON. */
export interface Html {
  readonly status: number;
  readonly html: string;
}

/** What stands in place of the page; `reset` is no answer at all. */
export type FaultAnswer = GraphError | Html | 'reset';

const FORBIDDEN =
  '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n' +
  '<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n';

const ANSWERS: Readonly<Record<string, (request: FaultedRequest) => FaultAnswer>> = {
  'throttle-with-retry-after': (request) => throttled(request, { 'retry-after': retryAfter(request) }),
  'throttle-without-retry-after': (request) => throttled(request, {}),
  'unavailable-503': () =>
    new GraphError(503, 'serviceNotAvailable', 'The service is temporarily unavailable. Please retry.'),
  'gateway-timeout-504': () => gatewayTimeout(),
  'connection-reset': () => 'reset',
  'expired-token': () => expiredToken(),
  'expired-skiptoken': ({ dice }) => (dice & 1 ? nullSkipToken() : invalidSkipToken()),
  'licence-403': () => unlicensed(),
  'html-403': () => ({ status: 403, html: FORBIDDEN }),
  'transient-400': () => new GraphError(400, 'UnknownError', 'Unsupported Query.'),
};

/** The answer of a fault of the stage `answer`; `undefined` for other faults. */
export function faultAnswer(name: string, request: FaultedRequest): FaultAnswer | undefined {
  return ANSWERS[name]?.(request);
}

function throttled({ budget, correlationId }: FaultedRequest, headers: Readonly<Record<string, string>>): GraphError {
  return budget === 'reports' ? reportsThrottled(correlationId, headers) : riskThrottled(headers);
}

/** Whole seconds, Microsoft's own fractional sample, or a date by the simulated clock, which `Date` also shows. */
function retryAfter({ dice, speed, now }: FaultedRequest): string {
  const forms = [
    () => String(Math.ceil(2 / speed)),
    () => (2.128 / speed).toFixed(3),
    () => new Date(Math.ceil(now / 1000 + 1) * 1000).toUTCString(),
  ];
  return forms[dice % forms.length]?.() ?? '';
}
