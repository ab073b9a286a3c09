/**
 * What the Explorer costs whoever uses it, in a real browser on the whole stack: the time to the first view, and a
 * hundred thousand rows scrolled from end to end without a task that would be felt.
 */

import { launchBrowser } from '../../test/support/browser.ts';
import { pullAll, startStack } from '../../test/support/stack.ts';
import { build } from '../start/build.ts';
import type { Figure } from './figure.ts';
import { median } from './measure.ts';
import { loadRows, rowsShown, scrollThrough } from './page/scroll.ts';
import { longestTask } from './page/trace.ts';

const LOG = 'nonInteractiveSignIns';
/** Of which three days have a hundred thousand records. */
const PER_DAY = Number(process.env.BENCH_PER_DAY ?? 60_000);
const DAYS = 3;
const ROUNDS = 5;
/** Milliseconds. */
const MOST_TASK = 200;
const LEAST_ROWS = 100_000;

export async function page(): Promise<Figure[]> {
  await build('.', new AbortController().signal);
  const stack = await startStack({ days: DAYS, perDay: PER_DAY, settings: { LOG_TYPES: LOG } });
  const browser = await launchBrowser();
  try {
    const host = await stack.startHost();
    const [status] = await pullAll(host, stack.target);
    const opened = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    const url = `${host.url}/search?${new URLSearchParams({ log: LOG, from: status?.from ?? '', to: status?.watermark ?? '' })}`;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now();
      await opened.goto(url);
      await opened.getByRole('gridcell').first().waitFor();
      times.push(performance.now() - began);
    }
    await loadRows(opened, status?.records ?? 0);
    await browser.startTracing(opened, {
      categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline', 'toplevel'],
    });
    await scrollThrough(opened);
    const { workMs, clockMs } = longestTask(await browser.stopTracing());
    const rows = await rowsShown(opened);
    return [
      {
        what: 'the first rows of a search, from the address on (ms)',
        figure: median(times).toFixed(0),
        reach: '',
        ok: true,
      },
      {
        what: `${rows.toLocaleString('en')} rows scrolled: the longest task by the clock (ms)`,
        figure: `${clockMs.toFixed(0)} (${workMs.toFixed(0)} of work)`,
        reach: `≤ ${MOST_TASK} at ≥ ${LEAST_ROWS.toLocaleString('en')}`,
        ok: clockMs <= MOST_TASK && rows >= LEAST_ROWS,
      },
    ];
  } finally {
    await browser.close();
    await stack.close();
  }
}
