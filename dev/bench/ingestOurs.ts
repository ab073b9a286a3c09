/** Our side: the production read of a window, page bytes to finished segments. Nothing is stored. */
import { makeSegment, packSegments } from '../../shared/archive/segment.ts';
import { Versions } from '../../shared/archive/versions.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Deps } from '../../shared/deps.ts';
import { createGraphClient } from '../../shared/graph/client.ts';
import { cutIntoParts, UNJUDGED } from '../../shared/parts.ts';
import { readWindow } from '../../shared/readWindow.ts';
import { reportUsage } from './measure.ts';
import { GRAPH, LOG_TYPE, WINDOW } from './window.ts';

const started = performance.now();
const source = {
  graph: createGraphClient({ origin: GRAPH, credential: undefined }),
  clock: systemClock,
  budgetOf: () => ({ intervalMs: 1, grant: async () => {} }),
};
const limits = { aimedRows: 10_000_000, settleSeconds: 0 };
const read = await readWindow(
  source as unknown as Deps,
  LOG_TYPE,
  WINDOW,
  new Versions(),
  limits,
  new AbortController().signal,
);
let records = 0;
for (const part of await cutIntoParts(LOG_TYPE, read, UNJUDGED)) {
  for (const { blocks } of part.hours) {
    for (const group of packSegments(blocks)) records += makeSegment(group).records;
  }
}
reportUsage(started, { records, requests: read.pages });
process.exit(0);
