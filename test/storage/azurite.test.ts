/** Azurite, reached as the app reaches its storage, keeps the contract. */

import { connectStorage } from '../../shared/storage/connect.ts';
import { startWormAzurite } from '../support/wormAzurite.ts';
import { storageContract } from './contract.ts';

storageContract(
  'Azurite',
  async () => {
    const azurite = await startWormAzurite();
    const storage = connectStorage({ connectionString: azurite.connectionString });
    await storage.ensure([]);
    return { ...storage, close: azurite.close };
  },
  { manyNames: 5_001, answersGetLost: false },
);
