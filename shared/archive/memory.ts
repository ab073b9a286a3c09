/**
 * Giving large buffers back at once.
 *
 * A page of Graph and the lines of a block are megabytes each and needed for milliseconds. Left to the garbage collector
 * hundreds of megabytes of them lie about, because to it each is one small object.
 */

/** Memory of this size is never Node's pool, which small buffers share. */
const UNSHARED_BYTES = 256 * 1024;

/**
 * Frees the memory behind a buffer that nobody reads any more; every view on it becomes empty. Does nothing where the
 * buffer may share its memory with others: when it is small and does not fill it.
 */
export function release(buffer: Buffer): void {
  const memory = buffer.buffer;
  if (!(memory instanceof ArrayBuffer) || memory.detached) return;
  if (memory.byteLength === buffer.length || memory.byteLength >= UNSHARED_BYTES) memory.transfer(0);
}
