/** Timer: signs a checkpoint over each ledger. */
import { app } from '@azure/functions';
import { signLedgers } from '../shared/checkpoint.ts';
import { logLine } from '../shared/logFields.ts';
import { deps, ready, stopping } from './app.ts';

app.timer('checkpoint', {
  schedule: deps.config.checkpointSchedule,
  handler: async (_timer, context) => {
    await ready();
    const summary = await signLedgers(deps, stopping);
    context.info(logLine('info', 'checkpoints ended', summary));
  },
});
