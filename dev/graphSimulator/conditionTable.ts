/**
 * The conditions, as a table: what a tenant, a cloud or a single bad row does to every read of chosen log types, until it
 * is taken back. Unlike faults they hit no request by chance, and `all` does not mean them.
 */
import { forbidden, type GraphError, gatewayTimeout, noSegment, tooOld, unlicensed } from './graphError.ts';
import { compareInstants, type Instant, instantOf, plusTicks, TICKS_PER_SECOND } from './instant.ts';
import { oldestAllowed, type Range } from './query.ts';
import type { Stream } from './streams.ts';

/** One condition that is in force. */
export interface Condition {
  readonly name: string;
  /** Names of log types. */
  readonly logTypes: readonly string[];
  /** Days that may be asked for. */
  readonly days: number;
  /** The beginning of the second that cannot be read. */
  readonly second: Instant;
}

/** A request of a log type that a condition names. */
export interface Concerned {
  readonly condition: Condition;
  readonly stream: Stream;
  readonly range: Range;
  /** Simulated time, milliseconds since 1970. */
  readonly now: number;
}

export interface ConditionKind {
  readonly name: string;
  readonly text: string;
  /** The member that it takes beside `name` and `logTypes`. */
  readonly takes?: 'days' | 'second';
  /** Whether it hits this request; every one without it. */
  readonly hits?: (request: Concerned) => boolean;
  /** `broken-page` is a page whose body turns into an error; `bare` a page whose records lack a member. */
  readonly answer: ((request: Concerned) => GraphError) | 'broken-page' | 'bare';
}

/** Every condition, in the order in which help lists them and in which they take effect. */
export const CONDITIONS: readonly ConditionKind[] = [
  {
    name: 'unlicensed',
    text: '403 Authentication_RequestFromNonPremiumTenantOrB2CTenant: the licence has lapsed',
    answer: unlicensed,
  },
  {
    name: 'forbidden',
    text: '403: the app lacks the permission of the log type',
    answer: ({ stream }) => forbidden(stream.logType.permission),
  },
  {
    name: 'absent',
    text: "400 'Resource not found for the segment': this cloud does not have the log",
    answer: ({ stream }) => noSegment(stream.logType.path.split('/').at(-1) ?? ''),
  },
  {
    name: 'minimum-time',
    takes: 'days',
    text: "400 'Minimum allowed time': a lower bound before midnight UTC of so many days ago",
    hits: ({ condition, range, now }) => isBefore(range.from, oldestAllowed(condition.days, now)),
    answer: ({ condition, stream, now }) => tooOld(stream.logType.timeField, oldestAllowed(condition.days, now)),
  },
  {
    name: 'withheld-policies',
    text: 'sign-ins lack appliedConditionalAccessPolicies: the app has no Policy permission',
    answer: 'bare',
  },
  {
    name: 'poisoned-second',
    takes: 'second',
    text: '200 with broken JSON for every page of a range that touches the second',
    hits: touchesSecond,
    answer: 'broken-page',
  },
  {
    name: 'slow-second',
    takes: 'second',
    text: '504 for every page of a range that touches the second',
    hits: touchesSecond,
    answer: gatewayTimeout,
  },
];

function isBefore(from: Instant | undefined, minimum: number): boolean {
  return from !== undefined && compareInstants(from, instantOf(minimum)) < 0;
}

/** More than the second's first instant, which a range that ends there includes. */
function touchesSecond({ condition: { second }, range: { from, to } }: Concerned): boolean {
  const end = plusTicks(second, TICKS_PER_SECOND);
  return (
    (from === undefined || compareInstants(from, end) < 0) && (to === undefined || compareInstants(to, second) > 0)
  );
}
