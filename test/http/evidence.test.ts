/** What somebody who asks for evidence is answered. */
import { gunzipSync } from 'node:zlib';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { getEvidence } from '../../shared/http/evidence.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { waitingRecords } from '../support/accessWorld.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';
import { newSigner } from '../support/signedArchive.ts';
import { announce, signNewest } from '../support/signing.ts';
import { unzip } from '../support/unzip.ts';

const AUDITS = 'directoryAudits';
const RANGE = 'from=2026-11-20T02:00:00Z&to=2026-11-20T05:00:00Z';

async function ask(world: World, query: string) {
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'evidence' });
  const handler = respond(world.instance(), ROUTES.evidence, (call) =>
    getEvidence(call, async () => Buffer.from('verifier')),
  );
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/evidence/${AUDITS}?${query}` });
  const { status, headers, body } = (await handler(request, context)) as HttpResponseInit;
  return { status, headers: headers as Record<string, string>, body };
}

async function signedWorld(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T02:00:00Z', 300));
  await world.collectAll(AUDITS);
  const signer = newSigner();
  await announce(world, AUDITS, signer);
  await signNewest(world, AUDITS, signer);
  return world;
}

describe('the route of evidence', () => {
  it.each([
    ['', 20],
    ['&ids=row-3,row-7', 2],
  ])('puts on record how many records the zip has: %s', async (ids, records) => {
    const world = await signedWorld();
    const { body } = await ask(world, `${RANGE}${ids}`);
    const zip = unzip(Buffer.concat(await Array.fromAsync(body as AsyncIterable<Uint8Array>)));
    const lines = [...zip].flatMap(([name, bytes]) => {
      if (name.endsWith('.jsonl.gz')) return gunzipSync(bytes).toString().split('\n').slice(0, -1);
      return /^records\/\d+\.json$/.test(name) ? [bytes.toString()] : [];
    });
    expect([lines.length, waitingRecords(world)]).toEqual([records, [expect.objectContaining({ records })]]);
  });

  it('answers with a zip that bears the range in its name', async () => {
    const { status, headers, body } = await ask(await signedWorld(), RANGE);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="evidence_${AUDITS}_20261120T020000Z_20261120T050000Z.zip"`,
    });
    const files = unzip(Buffer.concat(await Array.fromAsync(body as AsyncIterable<Uint8Array>)));
    expect([...files.keys()].slice(0, 4)).toEqual(['README.txt', 'verify.mjs', 'evidence.json', 'coverage.json']);
    expect([...files.keys()].at(-1)).toBe('MANIFEST.sha256');
  });

  it('says what to do while nothing is signed', async () => {
    const { world } = worldOf(AUDITS);
    await world.collectAll(AUDITS);
    const { status, body } = await ask(world, RANGE);
    expect(status).toBe(409);
    expect(JSON.parse(String(body)).detail).toMatch(/has no signed checkpoint yet.*set up the signing key.*ask again/);
  });

  it.each([
    [`${RANGE}&ids=nobody`, 404, /not in the range, as far as it is signed: nobody\./],
    ['from=2026-11-20T12:10:00Z&to=2026-11-20T12:15:00Z', 404, /None of the \d+ entries .* concerns this range/],
    [`${RANGE}&ids=`, 400, /'ids' must be 1 to 100 ids .* A right example: ids=/],
    [`${RANGE}&ids=a,,b`, 400, /'ids' must be/],
    [`${RANGE}&id=a`, 400, /'id' is not a parameter/],
    ['from=2026-11-20T02:00:00Z', 400, /'to' is missing/],
  ])('refuses %s with %i', async (query, expected, detail) => {
    const { status, body } = await ask(await signedWorld(), query);
    expect(status).toBe(expected);
    expect(JSON.parse(String(body)).detail).toMatch(detail);
  });
});
