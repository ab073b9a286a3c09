/** Timer: pulls the log types that share Graph's `reports` budget. */
import { app } from '@azure/functions';
import { logLine } from '../shared/logFields.ts';
import { pull } from '../shared/pull.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('pull-reports', {
  schedule: '%PULL_SCHEDULE%',
  handler: async (_timer, context) => {
    await ready();
    const summary = await pull(deps, 'reports', stopping);
    context.info(logLine('info', 'pull ended', summary));
  },
});
