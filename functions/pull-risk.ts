/** Timer: pulls the log types that share Graph's `risk` budget. */
import { app } from '@azure/functions';
import { pull } from '../shared/pull.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('pull-risk', {
  schedule: '%PULL_SCHEDULE%',
  handler: async (_timer, context) => {
    await ready();
    const summary = await pull(deps, 'risk', stopping);
    context.info(JSON.stringify({ message: 'pull ended', ...summary }));
  },
});
