/** Where a download goes: a file that the reader chose, or memory and from there to where the browser puts downloads. */
import { saveFile } from '../../parts/saveFile.ts';
import type { Sink } from './sink.ts';

type PickFile = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/** Whether this browser lets a page write to a file that its user chooses. */
export function canPickFile(): boolean {
  return 'showSaveFilePicker' in window;
}

/** Asks for a file. @returns `undefined` when none was chosen. */
export async function pickFile(suggestedName: string): Promise<Sink | undefined> {
  const { showSaveFilePicker } = window as unknown as { showSaveFilePicker: PickFile };
  let handle: FileSystemFileHandle;
  try {
    handle = await showSaveFilePicker({ suggestedName });
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  }
  const stream = await handle.createWritable();
  return {
    kind: 'file',
    write: (bytes) => stream.write(bytes as Uint8Array<ArrayBuffer>),
    // The browser shows the file under its name only from here on.
    finish: () => stream.close(),
    discard: () => stream.abort(),
  };
}

/** Collects in memory, and hands the whole to the browser's downloads. */
export function memorySink(fileName: string): Sink {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  return {
    kind: 'memory',
    write: async (bytes) => {
      // A copy: what is handed in may be a view of something larger.
      chunks.push(bytes.slice() as Uint8Array<ArrayBuffer>);
    },
    finish: async () => {
      saveFile(fileName, chunks);
      chunks = [];
    },
    discard: async () => {
      chunks = [];
    },
  };
}
