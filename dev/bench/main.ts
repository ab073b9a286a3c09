/**
 * `npm run bench`: the figures of docs/PERFORMANCE.md; `npm run bench -- lateness` runs the benches named alone.
 *
 * Both sides of a comparison run on the same machine, the same Node and the same simulated Graph, in turn; a figure is a
 * median and only ratios are compared.
 */
import type { Figure } from './figure.ts';
import { ingest } from './ingest.ts';
import { lateness } from './lateness.ts';
import { needles } from './needles.ts';
import { packaging } from './package.ts';
import { page } from './page.ts';
import { peak } from './peak.ts';
import { serve } from './serve.ts';
import { verifying } from './verifying.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  ingest,
  peak,
  lateness,
  needles,
  package: packaging,
  page,
  serve,
  verifying,
};

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(BENCHES);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  process.stderr.write(`bench: there is no bench '${unknown}'; there are ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(1);
}

const figures: Figure[] = [];
for (const name of names) figures.push(...((await BENCHES[name]?.()) ?? []));
console.table(Object.fromEntries(figures.map(({ what, ...figure }) => [what, figure])));
process.exit(figures.every(({ ok }) => ok) ? 0 : 1);
