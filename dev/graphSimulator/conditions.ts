/**
 * The conditions in force: set all at once, and asked what they do to a request.
 */
import { CONDITIONS, type Condition, type ConditionKind } from './conditionTable.ts';
import type { GraphError } from './graphError.ts';
import { type Instant, parseInstant } from './instant.ts';
import type { Query } from './query.ts';
import { STREAMS, type Stream } from './streams.ts';

type Asked = Pick<Query, 'streams' | 'range'>;

export interface Conditions {
  /** As they were set. */
  readonly given: readonly unknown[];
  /**
   * Puts other conditions in place of all that are in force.
   * @param value of JSON: a list of `{"name":…,"logTypes":[…]}`, with `days` or `second` where the kind takes one.
   * @throws Error saying what is wrong with it; nothing is changed then.
   */
  set(value: unknown): void;
  /** @throws GraphError when a condition answers in place of every page of such a request. */
  refuse(query: Asked, now: number): void;
  /** Whether the page of such a request breaks off in the middle of a row. */
  breaks(query: Asked, now: number): boolean;
  /** Whether the records of a stream lack the conditional access policies. */
  withholdPolicies(stream: Stream): boolean;
}

interface InForce {
  readonly kind: ConditionKind;
  readonly condition: Condition;
}

/** No condition is in force. */
export function createConditions(): Conditions {
  let given: readonly unknown[] = [];
  let inForce: readonly InForce[] = [];
  let bare: ReadonlySet<string> = new Set();

  /** The answers that apply to a request, of the kinds first in the table first. */
  function* answersFor({ streams, range }: Asked, now: number): Generator<'broken-page' | 'bare' | GraphError> {
    for (const { kind, condition } of inForce) {
      const stream = streams.find(({ logType }) => condition.logTypes.includes(logType.name));
      const request = stream && { condition, stream, range, now };
      if (request === undefined || kind.hits?.(request) === false) continue;
      yield typeof kind.answer === 'function' ? kind.answer(request) : kind.answer;
    }
  }

  return {
    get given() {
      return given;
    },
    set(value) {
      if (!Array.isArray(value)) throw new Error('the body is not a JSON array of conditions');
      const read = value.map(readCondition);
      inForce = CONDITIONS.flatMap((kind) => read.filter((one) => one.kind === kind));
      bare = new Set(inForce.flatMap(({ kind, condition }) => (kind.answer === 'bare' ? condition.logTypes : [])));
      given = value;
    },
    refuse(query, now) {
      for (const answer of answersFor(query, now)) if (typeof answer !== 'string') throw answer;
    },
    breaks: (query, now) => [...answersFor(query, now)].includes('broken-page'),
    withholdPolicies: ({ logType }) => bare.has(logType.name),
  };
}

const FIRST_INSTANT: Instant = { hour: 0, tick: 0 };

function readCondition(value: unknown): InForce {
  const { name, logTypes, ...more } = Object(value) as Record<string, unknown>;
  const kind = CONDITIONS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no condition '${name}'`);
  const expected = kind.takes === undefined ? [] : [kind.takes];
  if (Object.keys(more).join() !== expected.join()) {
    throw new Error(`'${name}' takes ${['name', 'logTypes', ...expected].join(', ')}`);
  }
  return {
    kind,
    condition: {
      name: kind.name,
      logTypes: readLogTypes(kind.name, logTypes),
      days: kind.takes === 'days' ? readDays(more.days) : 0,
      second: kind.takes === 'second' ? readSecond(more.second) : FIRST_INSTANT,
    },
  };
}

function readLogTypes(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`'${name}' wants a list of log types`);
  for (const logType of value) if (!STREAMS.has(logType)) throw new Error(`there is no log type '${logType}'`);
  return value;
}

function readDays(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new Error("'days' wants a whole number of 1 or more");
}

function readSecond(value: unknown): Instant {
  const second = typeof value === 'string' && !value.includes('.') ? parseInstant(value) : undefined;
  if (second === undefined) throw new Error("'second' wants a whole second such as 2026-11-20T05:00:00Z");
  return second;
}
