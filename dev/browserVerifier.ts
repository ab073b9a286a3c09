/**
 * Lets the verifier of `shared/archive/` run in a browser: what it takes from `node:*` comes from `web/verifier/node/`
 * there, and `Buffer`, which Node has everywhere, is imported where it is used. Not a line of the verifier is another.
 */
import { join } from 'node:path';

const VERIFIER = /[\\/]shared[\\/]archive[\\/]/;
const PRIMITIVES = join(import.meta.dirname, '../web/verifier/node');

/** A plugin of Vite and Rolldown. */
export function browserVerifier() {
  return {
    name: 'browser-verifier',
    enforce: 'pre' as const,
    resolveId(id: string, importer: string | undefined): string | undefined {
      if (!id.startsWith('node:') || importer === undefined || !VERIFIER.test(importer)) return undefined;
      return join(PRIMITIVES, `${id.slice('node:'.length)}.ts`);
    },
    transform(code: string, id: string): string | undefined {
      if (!VERIFIER.test(id) || !/\bBuffer\b/.test(code)) return undefined;
      return `import { Buffer } from ${JSON.stringify(join(PRIMITIVES, 'buffer.ts'))}; ${code}`;
    },
  };
}
