/**
 * Changes the text of modules as they are loaded: what a mutant of the protocol is made of.
 *
 * Every text must be found exactly once in its file, or the run fails: a mutant that no longer fits the code would pass
 * for one that is not caught.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = new URL('../../', import.meta.url);

/** Applies the edits to modules that this thread loads from now on. @returns a check that all of them were applied. */
export function mutate(edits: readonly Edit[]): () => void {
  const applied = new Set<Edit>();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const mine = edits.filter(({ file }) => url === new URL(file, ROOT).href);
      if (mine.length === 0) return loaded;
      let source = sourceText(loaded.source, url);
      for (const edit of mine) {
        source = replaceOnce(source, edit);
        applied.add(edit);
      }
      return { ...loaded, source };
    },
  });
  return () => {
    const left = edits.filter((edit) => !applied.has(edit)).map(({ file }) => file);
    if (left.length > 0) throw new Error(`a mutant changes ${left.join(', ')}, which nobody loads`);
  };
}

function sourceText(source: unknown, url: string): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString('utf8');
  throw new Error(`${fileURLToPath(url)} was loaded without its text`);
}

function replaceOnce(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times, not once, the text\n${find}`);
  return parts.join(replace);
}
