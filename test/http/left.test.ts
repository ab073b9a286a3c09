/** A client that leaves while nothing has been found for it yet: the reads stop, and it is no failure. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { countRecords, exportPage, exportRange } from '../../shared/export.ts';
import { ClientLeft, leftSignal } from '../../shared/http/connection.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { matcher } from '../../shared/query/matcher.ts';
import { gzipped } from '../../shared/serve/encode.ts';
import { neverSilent } from '../../shared/serve/silence.ts';
import { commitRows } from '../support/commits.ts';
import { isSegmentRead, sleepless } from '../support/exportCalls.ts';
import { rows, worldOf } from '../support/flowHarness.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';
import { startStreamServer } from './streamServer.ts';

const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };
const NOTHING = matcher(parseFilter("id eq 'nobody'"));

/** Twelve hours with something in each of them. */
async function wideWorld() {
  const { world, type } = worldOf('directoryAudits');
  await commitRows(world, type, rows(type, 12 * 60, '2026-11-20T00:00:00Z', 60));
  return { world, type };
}

describe('a client that leaves', () => {
  it('ends a search that has found nothing, at the next segment', async () => {
    const { world, type } = await wideWorld();
    await using server = await startStreamServer();
    const exchange = await server.request();
    const calls: StoreCall[] = [];
    const signal = leftSignal(exchange.response);
    const deps = world.instance(async (call, run) => {
      if (isSegmentRead(call) && calls.filter(isSegmentRead).length === 4) {
        exchange.socket.destroy();
        if (!exchange.response.destroyed) await once(exchange.response, 'close');
      }
      return recording(calls)(call, run);
    });
    const { pieces } = await exportRange(deps, type, { range: ALL, versions: 'all', filter: NOTHING, signal });
    await exchange.answer(neverSilent(gzipped(pieces), Buffer.alloc(0), { sleep: sleepless }));
    expect(exchange.failures).toEqual([]);
    // Those under way when it left, of twelve.
    expect(calls.filter(isSegmentRead).length).toBeLessThanOrEqual(8);
  });

  it('before anything was begun is known from the start', async () => {
    await using server = await startStreamServer();
    const { response, socket } = await server.request();
    socket.destroy();
    if (!response.destroyed) await once(response, 'close');
    expect(leftSignal(response).reason).toBeInstanceOf(ClientLeft);
  });

  it('stops counts and pages too', async () => {
    const { world, type } = await wideWorld();
    const query = {
      range: ALL,
      versions: 'all',
      filter: NOTHING,
      signal: AbortSignal.abort(new ClientLeft()),
    } as const;
    const calls: StoreCall[] = [];
    const deps = world.instance(recording(calls));
    await expect(countRecords(deps, type, query)).rejects.toThrow(ClientLeft);
    await expect(exportPage(deps, type, query, 10)).rejects.toThrow(ClientLeft);
    expect(calls.filter(isSegmentRead).length).toBeLessThanOrEqual(5);
  });

  it('is none of those whose connection is not known', () => {
    expect(leftSignal(undefined).aborted).toBe(false);
  });
});
