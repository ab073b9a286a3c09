/** One window through the whole flow in, to real storage: what a pull takes at its peak. */
import { collectNext } from '../../shared/collect.ts';
import { compose } from '../../shared/compose.ts';
import { reportUsage } from './measure.ts';
import { LOG_TYPE, WINDOW } from './window.ts';

const started = performance.now();
const deps = compose(process.env, (level, message) => {
  if (level !== 'info') console.error(message);
});
await deps.ready();
const logType = deps.config.logTypes.find(({ name }) => name === LOG_TYPE.name) ?? LOG_TYPE;
const { ledger } = await collectNext(deps, logType, {
  aimedRows: 10_000_000,
  settleSeconds: 0,
  until: WINDOW.to,
  failures: 0,
  signal: new AbortController().signal,
});
const requests = ledger.last ? Math.ceil(ledger.last.rows / logType.pageSize) : 0;
reportUsage(started, { records: ledger.records, requests });
process.exit(0);
