/** Timer: pulls the log types that share Graph's `risk` budget. */
import { app } from '@azure/functions';
import { logLine } from '../shared/logFields.ts';
import { pull } from '../shared/pull.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('pull-risk', {
  schedule: '%PULL_SCHEDULE%',
  handler: async (_timer, context) => {
    await ready();
    const summary = await pull(deps, 'risk', stopping);
    context.info(logLine('info', 'pull ended', summary));
  },
});
