/** Shows a secret in each of the ways that are watched, and one that is no secret. All its assertions hold. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DEVELOPMENT_ACCOUNT } from '../../../dev/azurite.ts';
import { logLine } from '../../../shared/logFields.ts';
import { CANARIES } from '../canaries.ts';
import { createMemoryStores } from '../memoryStores.ts';

it('logs one', () => console.error(logLine('error', `the account is ${DEVELOPMENT_ACCOUNT.key}`)));

it('answers with one, and is sent one', async () => {
  const server = createServer((_request, response) => response.end(JSON.stringify({ detail: CANARIES.bearer })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await answer.text()).toContain('detail');
  server.close();
});

it('stores two', async () => {
  const { blobs, state, ensure } = createMemoryStores();
  await ensure(['work']);
  await blobs.putIfAbsent('work', 'x', gzipSync(`{"sig":"${CANARIES.sas}"}`));
  await state.commit('p', [{ kind: 'insert', key: 'k', values: { cause: CANARIES.clientSecret } }]);
});

it('logs what is none', () => console.log('nothing to hide'));
