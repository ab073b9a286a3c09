/**
 * What all checks of the verifier share: reading files that anybody may have made, and noting what is wrong with them.
 */
import { hash } from 'node:crypto';
import type { ArchiveFiles, Finding, Severity } from './verifyTypes.ts';

/** Findings that are kept; a hostile folder must not fill the memory with more. */
const MOST_FINDINGS = 1000;

export class Inspection {
  readonly findings: Finding[] = [];
  errors = 0;
  warnings = 0;
  readonly #files: ArchiveFiles;
  /** What the manifest says of files that have not been read yet. */
  #listed: Map<string, string> | undefined;

  constructor(files: ArchiveFiles) {
    this.#files = files;
  }

  error(code: string, file: string, words: string): void {
    this.errors += 1;
    this.#note('error', code, file, words);
  }

  warning(code: string, file: string, words: string): void {
    this.warnings += 1;
    this.#note('warning', code, file, words);
  }

  /** From here on every file that is read is compared with these SHA-256, once. */
  compareWith(listed: ReadonlyMap<string, string>): void {
    this.#listed = new Map(listed);
  }

  /** Reads what the manifest lists and nobody has read. */
  async compareRest(most: number): Promise<void> {
    for (const name of [...(this.#listed?.keys() ?? [])]) await this.read(name, most);
  }

  async names(): Promise<Set<string>> {
    const names = new Set<string>();
    for await (const name of this.#files.list()) names.add(name);
    return names;
  }

  /** The bytes of a file of at most `most` bytes; otherwise a finding, and `undefined`. */
  async read(name: string, most: number): Promise<Buffer | undefined> {
    const bytes = await this.#bytesOf(name, most);
    const listed = this.#listed?.get(name);
    this.#listed?.delete(name);
    if (!bytes || listed === undefined || listed === hash('sha256', bytes)) return bytes;
    this.error('manifest-differs', name, 'has not the SHA-256 that MANIFEST.sha256 lists');
    return bytes;
  }

  async #bytesOf(name: string, most: number): Promise<Buffer | undefined> {
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.#files.read(name, most);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      this.error('file-unreadable', name, `cannot be read${why}`);
      return undefined;
    }
    if (!bytes) this.error('file-missing', name, 'is missing');
    else if (bytes.length > most) this.error('file-too-long', name, `has more than the ${most} bytes it can have`);
    else return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return undefined;
  }

  #note(severity: Severity, code: string, file: string, words: string): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push({ severity, code, file, words });
  }
}
