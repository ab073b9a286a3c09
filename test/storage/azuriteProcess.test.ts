/** The local storage as a process: what it keeps, when it ends, and what it says when it cannot start. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAzurite } from '../../dev/azurite.ts';
import { connectStorage } from '../../shared/storage/connect.ts';

/** Azurite's metadata files, and what they hold once the blob and the row of `azuriteParent.ts` have reached the disk. */
const WRITTEN = [
  ['__azurite_db_blob__.json', '"ledger"'],
  ['__azurite_db_blob_extent__.json', '"locationId"'],
  ['__azurite_db_table__.json', '"kept"'],
] as const;

describe('Azurite', { timeout: 120_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What a storage started in `location` holds. */
  const heldIn = async (location: string) => {
    const azurite = await startAzurite({ location });
    const { blobs, state } = connectStorage({ connectionString: azurite.connectionString });
    const held = [(await blobs.get('ledger', 'x'))?.toString(), (await state.get('p', 'k'))?.values];
    await azurite.close();
    return held;
  };
  const nothingAnswersAt = (url: string) =>
    expect
      .poll(
        () =>
          fetch(url).then(
            () => 'answer',
            () => 'nothing',
          ),
        { timeout: 30_000 },
      )
      .toBe('nothing');

  it('finds its blobs and rows again after it was closed and started anew, in a folder that it creates', async () => {
    const location = join(folder, 'deep', 'er');
    const azurite = await startAzurite({ location });
    const { blobs, state, ensure } = connectStorage({ connectionString: azurite.connectionString });
    await ensure(['ledger']);
    await blobs.putIfAbsent('ledger', 'x', Buffer.from('kept'));
    await state.commit('p', [{ kind: 'insert', key: 'k', values: { kept: true } }]);
    await azurite.close();
    await nothingAnswersAt(azurite.blobUrl);
    expect(await heldIn(location)).toEqual(['kept', { kept: true }]);
  });

  it('ends with its parent, even one that is killed, and has kept what was written', async () => {
    const program = new URL('../support/azuriteParent.ts', import.meta.url).pathname;
    const parent = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [blobUrl] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    parent.kill('SIGKILL');
    await nothingAnswersAt(blobUrl);
    for (const [file, content] of WRITTEN) {
      await expect.poll(() => readFile(join(folder, file), 'utf8'), { timeout: 30_000 }).toContain(content);
    }
    expect(await heldIn(folder)).toEqual(['kept', { kept: true }]);
  });

  it('listens where it is told, and is harmless to close twice', async () => {
    const [blobPort, tablePort] = [await freePort(), await freePort()];
    const printed: string[] = [];
    const azurite = await startAzurite({ blobPort, tablePort, log: (line) => printed.push(line) });
    expect([azurite.blobUrl, azurite.tableUrl]).toEqual(
      [blobPort, tablePort].map((port) => `http://127.0.0.1:${port}/devstoreaccount1`),
    );
    expect(printed.join('\n')).toContain('Table service is successfully listening');
    await Promise.all([azurite.close(), azurite.close()]);
    await azurite.close();
  });

  it.each(['blob', 'table'] as const)('says which port is taken, and what to do, for the %s port', async (service) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const started = startAzurite({ [`${service}Port`]: port });
    await expect(started).rejects.toThrow(
      `The local storage (Azurite) cannot start: port ${port} for ${service}s is taken on 127.0.0.1. Stop what listens`,
    );
    await new Promise((resolve) => taken.close(resolve));
  });

  it('says that the folder cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    const started = startAzurite({ location: join(folder, 'file', 'data') });
    await expect(started).rejects.toThrow(/cannot keep its data in '.*data': ENOTDIR.* Choose a folder/);
  });

  it('says what Azurite printed when its data cannot be read', async () => {
    await writeFile(join(folder, '__azurite_db_blob__.json'), '{ torn');
    const started = startAzurite({ location: folder });
    await expect(started).rejects.toThrow(/cannot start\. It printed: .*, or remove '.*' to start empty\.$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
