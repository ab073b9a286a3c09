/** Timer: the archive checks itself. */
import { app } from '@azure/functions';
import { auditLedgers } from '../shared/audit.ts';
import { logLine } from '../shared/logFields.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('verify', {
  schedule: deps.config.verifySchedule,
  handler: async (_timer, context) => {
    await ready();
    const summary = await auditLedgers(deps, stopping);
    context.info(logLine('info', 'audit ended', summary));
  },
});
