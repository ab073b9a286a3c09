/** One user in three years: the segments that are opened with sketches, of those without, and what it takes. */
import { parseFilter } from '../../shared/query/filter.ts';
import { type Matcher, matcher } from '../../shared/query/matcher.ts';
import { piecesOf } from '../../shared/serve/pieceStream.ts';
import { keepSketches } from '../../shared/sketchUpkeep.ts';
import type { Figure } from './figure.ts';
import { storeThreeYears, type ThreeYears } from './needles/threeYears.ts';

const PER_HOUR = Number(process.env.BENCH_PER_HOUR ?? 20);
const ALL = { from: '2020-01-01T00:00:00.0000000Z', to: '2030-01-01T00:00:00.0000000Z' };
/** Months, and a few for luck: each run looks at one that is not recent. */
const RUNS = 40;
const REACH = 0.01;

export async function needles(): Promise<Figure[]> {
  const years = await storeThreeYears(PER_HOUR);
  const [user, hours] = rarest(years.users);
  const filter = matcher(parseFilter(`userPrincipalName eq '${user.replaceAll("'", "''")}'`));
  const without = await search(years, { ...filter, need: undefined });
  const building = await build(years);
  const sketched = await search(years, filter);
  if (sketched.found !== without.found) throw new Error('a search with sketches gives other records than one without');
  const ratio = sketched.opened / without.opened;
  const plain = (what: string, figure: string): Figure => ({ what, figure, reach: '', ok: true });
  return [
    {
      what: 'one user in three years: segments opened, of those without sketches',
      figure: `${(100 * ratio).toFixed(2)} % (${sketched.opened} of ${without.opened}; the user is in ${hours})`,
      reach: '≤ 1 %',
      ok: ratio <= REACH,
    },
    plain('that search, seconds', `${sketched.seconds.toFixed(2)} against ${without.seconds.toFixed(1)}`),
    plain(
      'sketching the three years, seconds',
      `${building.toFixed(1)} (${years.records} records in ${years.segments} segments)`,
    ),
  ];
}

/** Of the users that are there at all, the one in the fewest hours. */
function rarest(users: ReadonlyMap<string, number>): [user: string, hours: number] {
  const [first] = [...users].filter(([user]) => user.includes('@')).sort(([, a], [, b]) => a - b);
  if (!first) throw new Error('nobody signed in');
  return first;
}

async function search({ deps, logType, opened }: ThreeYears, filter: Matcher) {
  const [before, began] = [opened(), performance.now()];
  let found = '';
  for await (const piece of piecesOf(deps, logType, { range: ALL, latest: true, filter }, Number.POSITIVE_INFINITY))
    if (piece.kind === 'lines') found += piece.raw.toString('latin1');
  return { found, opened: opened() - before, seconds: (performance.now() - began) / 1000 };
}

async function build({ deps, logType }: ThreeYears): Promise<number> {
  const began = performance.now();
  const headTo = deps.clock.now() / 1000;
  for (let run = 0; run < RUNS; run += 1) await keepSketches(deps, [{ logType, headTo }], () => true);
  return (performance.now() - began) / 1000;
}
