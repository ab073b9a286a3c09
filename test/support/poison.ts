/** Records that Graph cannot show: every answer whose filter covers one of them goes wrong. */

import { parseInstant } from '../../shared/archive/time.ts';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import type { FakeRequest } from './fakeGraph.ts';
import { refusal } from './fakeGraph.ts';

/**
 * A 200 whose JSON breaks off in the midst of a record, as Graph sends it for one bad row:
 * https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7577
 */
export function brokenPage(): GraphAnswer {
  return { ...refusal(200, ''), body: Buffer.from('{"value":[{"id":"Sync_1"{ "error": {"code":"BadRequest"}}') };
}

/** Graph takes too long. */
export function timedOut(): GraphAnswer {
  return refusal(504, 'UnknownError', 'Gateway timeout');
}

/** Whether the filter of a request covers one of some instants. */
export function covers({ url }: Pick<FakeRequest, 'url'>, instants: readonly string[]): boolean {
  const filter = new URL(url).searchParams.get('$filter') ?? '';
  const clauses = [...filter.matchAll(/DateTime (\w\w) (\S+)/g)].map(
    ([, operator = '', bound = '']) => [operator, parseInstant(bound) ?? ''] as const,
  );
  return instants.some((text) => {
    const instant = parseInstant(text) ?? '';
    return clauses.every(([operator, bound]) =>
      operator.startsWith('g')
        ? instant > bound || (operator === 'ge' && instant === bound)
        : instant < bound || (operator === 'le' && instant === bound),
    );
  });
}

/** A script for the fake Graph: whatever covers one of the instants is answered with `answer`. */
export function poisoned(instants: readonly string[], answer: () => GraphAnswer = brokenPage) {
  return (request: FakeRequest): GraphAnswer | undefined => (covers(request, instants) ? answer() : undefined);
}
