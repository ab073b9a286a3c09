import type { BlobStore } from '../../shared/storage/port.ts';
import type { MemoryStores } from '../support/memoryStores.ts';

/**
 * The blobs, looked at in the moment each write takes effect: nothing is overwritten, and what is said to be stored is.
 * @param created told of each blob that is new.
 */
export function watchedBlobs(
  { blobs, containers }: MemoryStores,
  found: (violation: string) => void,
  created: (container: string, name: string, bytes: Buffer) => void,
): BlobStore {
  const held = (container: string, name: string) => containers.get(container)?.get(name);
  return {
    ...blobs,
    async putIfAbsent(container, name, bytes) {
      const before = held(container, name);
      const answer = await blobs.putIfAbsent(container, name, bytes);
      const after = held(container, name);
      if (before && after !== before) found(`${name} was overwritten`);
      else if (answer === 'stored' && !after?.equals(bytes)) found(`${name} is said to be stored and is not`);
      else if (!before && after) created(container, name, after);
      return answer;
    },
  };
}
