/** Timer: archives the access log. */
import { app } from '@azure/functions';
import { logLine } from '../shared/logFields.ts';
import { pullAccess } from '../shared/pullAccess.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('pull-access', {
  schedule: '%PULL_SCHEDULE%',
  handler: async (_timer, context) => {
    await ready();
    const summary = await pullAccess(deps, stopping);
    context.info(logLine('info', 'access log collected', summary));
  },
});
