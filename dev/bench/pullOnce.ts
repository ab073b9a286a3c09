/** One window through the whole flow in, to real storage: what a pull takes at its peak. */

import { nextWindow } from '../../shared/archive/window.ts';
import { collectNext } from '../../shared/collect.ts';
import { compose } from '../../shared/compose.ts';
import { reportUsage } from './measure.ts';
import { LOG_TYPE, WINDOW } from './window.ts';

const started = performance.now();
const deps = compose(process.env, (level, message) => {
  if (level !== 'info') console.error(message);
});
await deps.ready;
const options = {
  aimedRows: 10_000_000,
  settleSeconds: 0,
  until: WINDOW.to,
  failures: 0,
  signal: new AbortController().signal,
};
if (!nextWindow(WINDOW.from, WINDOW.to, { last: undefined, aimedRows: 1, failures: 0 }))
  throw new Error('nothing is due');
const { ledger } = await collectNext(deps, LOG_TYPE, options);
reportUsage(started, { records: ledger.records, requests: Math.ceil(ledger.records / LOG_TYPE.pageSize) });
process.exit(0);
