/** Timer: deletes what is past its retention. There is none unless the settings switch it on. */
import { app } from '@azure/functions';
import { expireLedgers } from '../shared/expire.ts';
import { logLine } from '../shared/logFields.ts';
import { deps, expiring, ready, stopping } from './app.ts';

const expireDeps = expiring;
if (expireDeps) {
  app.timer('expire', {
    schedule: deps.config.expireSchedule,
    handler: async (_timer, context) => {
      await ready();
      const summary = await expireLedgers(expireDeps, stopping);
      context.info(logLine('info', 'deletion ended', summary));
    },
  });
}
