/** Pages of several log types at once, held to a plain model, while more is committed between them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commitRows } from '../support/commits.ts';
import { createWorld, row } from '../support/flowHarness.ts';
import { listed, pagesOf } from '../support/graphApi.ts';

const KINDS = ['interactiveSignIns', 'nonInteractiveSignIns', 'servicePrincipalSignIns', 'managedIdentitySignIns'];

interface Event {
  readonly kind: number;
  /** Of a short span, so that many fall on one second and on both sides of an hour. */
  readonly second: number;
}

const events = fc.array(fc.record({ kind: fc.nat({ max: 3 }), second: fc.integer({ min: -40, max: 40 }) }), {
  maxLength: 30,
});
const timeOf = (second: number) => new Date(Date.parse('2026-11-20T08:00:00Z') + second * 50_000).toISOString();

it('are in order, each record once, whatever lands between them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(events, { minLength: 1, maxLength: 3 }),
      events,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('asc', 'desc'),
      fc.constantFrom('', " and endswith(id, '2')", ' and createdDateTime gt 2026-11-20T07:50:00Z'),
      async (commits, late, top, order, more) => {
        const world = createWorld({ logTypes: KINDS });
        let n = 0;
        const commit = async (list: readonly Event[]) => {
          for (const [kind, name] of KINDS.entries()) {
            const own = list.filter((event) => event.kind === kind);
            const type = world.logType(name);
            const rows = own.map(({ second }) => row(type, `id-${n++}`, timeOf(second)));
            if (rows.length > 0) await commitRows(world, type, rows);
          }
        };
        for (const list of commits) await commit(list);
        const deps = world.instance();
        const query = {
          $filter: `signInEventTypes/any(t: t ne 'none')${more}`,
          $orderby: `createdDateTime ${order}`,
        };
        const whole = (await listed(deps, `/beta/auditLogs/signIns?${new URLSearchParams(query)}`)).value;
        const target = `/beta/auditLogs/signIns?${new URLSearchParams({ ...query, $top: `${top}` })}`;
        const pages = await pagesOf(deps, target, () => commit(late));
        expect(pages.flatMap(({ value }) => value)).toEqual(whole);
        const times = whole.map(({ createdDateTime }) => `${createdDateTime}`);
        expect(times).toEqual(order === 'asc' ? times.toSorted() : times.toSorted().toReversed());
        const all = commits.flat().filter(({ second }) => !more.includes('gt') || second * 50 > -600);
        if (!more.includes('endswith')) expect(whole.length).toBe(all.length);
        expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
      },
    ),
    { numRuns: 60 },
  );
});
