/** `GET /api/status`: how each log type is doing. */
import { app } from '@azure/functions';
import { json, refuseUnknown, respond } from '../shared/http/respond.ts';
import { MOST_ENTRIES_BEHIND } from '../shared/ledger.ts';
import { readStatus } from '../shared/status.ts';
import { deps, ready } from './app.ts';

app.http('status', {
  methods: ['GET'],
  route: 'api/status',
  handler: respond(deps, async ({ url }) => {
    refuseUnknown(url.searchParams, {});
    await ready();
    return json({
      now: new Date(deps.clock.now()).toISOString(),
      settleMinutes: deps.config.settleMinutes,
      logTypes: await readStatus(deps, MOST_ENTRIES_BEHIND),
    });
  }),
});
