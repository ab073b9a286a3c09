/**
 * A program that starts Azurite in the folder of its first argument, writes a blob and a row, prints the blob URL and
 * then waits to be killed. For the test that Azurite outlives no parent and loses nothing.
 */

import { startAzurite } from '../../dev/azurite.ts';
import { connectStorage } from '../../shared/storage/connect.ts';

const azurite = await startAzurite({ location: process.argv[2] });
const { blobs, state, ensure } = connectStorage({ connectionString: azurite.connectionString });
await ensure(['ledger']);
await blobs.putIfAbsent('ledger', 'x', Buffer.from('kept'));
await state.commit('p', [{ kind: 'insert', key: 'k', values: { kept: true } }]);
console.log(azurite.blobUrl);
