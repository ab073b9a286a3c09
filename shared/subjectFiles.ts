/**
 * The answer to a subject request as a zip: the records of each log type in a file of its own, then what was looked
 * through and what was not (`manifest.json`), and the same in words (`README.txt`).
 *
 * Counts are known only when all is through, so they come last, where a zip has its directory too: a zip that broke off
 * has neither and opens nowhere.
 */
import { createHash, type Hash } from 'node:crypto';
import { splitLines } from './archive/segment.ts';
import { FINAL_BLOCK } from './archive/splice.ts';
import type { Deps } from './deps.ts';
import { type FormatName, formatOf } from './query/formats.ts';
import { deflatedBody, GZIP_FILLER, inflated, type Sums } from './serve/encode.ts';
import { formatted } from './serve/format.ts';
import { counted, type Piece } from './serve/pieces.ts';
import { Portions } from './serve/portions.ts';
import { neverSilent } from './serve/silence.ts';
import { type SubjectFile, type SubjectTerms, subjectManifest } from './subjectManifest.ts';
import { subjectReadme } from './subjectReadme.ts';
import { type SubjectOpened, type SubjectSearch, subjectPieces } from './subjects.ts';
import { type GrowingFile, type ZipFile, zipped } from './zip.ts';

/** A file is followed by another at so many bytes: most programs open no larger one, and a zip none beyond 4 GiB. */
const MOST_BYTES = 1024 ** 3;

/** Names that are told: somebody who has more is no person. */
const MOST_NAMES = 100;

/** Makes the zip, and knows how many records are in it when it has been taken. */
export class SubjectZip {
  records = 0;
  readonly #deps: Deps;
  readonly #opened: SubjectOpened;
  readonly #terms: SubjectTerms;
  readonly #format: FormatName;
  readonly #mostBytes: number;
  readonly #otherNames = new Set<string>();

  constructor(deps: Deps, opened: SubjectOpened, terms: SubjectTerms, format: FormatName, mostBytes = MOST_BYTES) {
    this.#deps = deps;
    this.#opened = opened;
    this.#terms = terms;
    this.#format = format;
    this.#mostBytes = mostBytes;
  }

  bytes(): AsyncGenerator<Uint8Array> {
    return zipped(this.#files());
  }

  async *#files(): AsyncGenerator<ZipFile | GrowingFile> {
    const found = new Map<string, SubjectFile[]>();
    for (const search of this.#opened.searches) {
      const files: SubjectFile[] = [];
      found.set(search.logType.name, files);
      yield* this.#filesOf(search, files);
      this.records += files.reduce((sum, { records }) => sum + records, 0);
    }
    const foundOf = (name: string) => {
      const files = found.get(name) ?? [];
      return { records: files.reduce((sum, { records }) => sum + records, 0), files };
    };
    const names = [...this.#otherNames].sort();
    const manifest = subjectManifest(this.#deps, this.#opened, this.#terms, foundOf, names);
    yield { name: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) };
    yield { name: 'README.txt', bytes: Buffer.from(subjectReadme(manifest)) };
  }

  /** One file, empty where nothing was found: that was looked through too. Further ones where it would get too large. */
  async *#filesOf(search: SubjectSearch, files: SubjectFile[]): AsyncGenerator<GrowingFile> {
    const { name } = search.logType;
    const format = formatOf(this.#format, { logType: name });
    const portions = new Portions(await subjectPieces(this.#deps, search), this.#mostBytes);
    try {
      do {
        const number = files.length === 0 ? '' : `.${files.length + 1}`;
        const seen: Seen = { records: 0, hash: createHash('sha256') };
        const named = this.#naming(counted(portions.next(), seen), search);
        const sums: Sums = { crc: 0, rawBytes: 0 };
        const pieces = hashed(formatted(named, format), seen.hash);
        const fileName = `${name}${number}${format.extension}`;
        yield { name: fileName, deflated: this.#deflated(pieces, sums), sums };
        const sha256 = seen.hash.digest('hex');
        files.push({ name: fileName, records: seen.records, bytes: sums.rawBytes, sha256 });
      } while (portions.hasMore);
    } finally {
      await portions.close();
    }
  }

  async *#naming(pieces: AsyncIterable<Piece>, { otherNames }: SubjectSearch): AsyncGenerator<Piece> {
    for await (const piece of pieces) {
      for await (const line of splitLines(inflated([piece]))) {
        if (this.#otherNames.size >= MOST_NAMES) break;
        for (const name of otherNames(line)) this.#otherNames.add(name);
      }
      yield piece;
    }
  }

  /** A search may find nothing for long: an empty block keeps the connection and is nothing to whoever inflates it. */
  async *#deflated(pieces: AsyncIterable<Piece>, sums: Sums): AsyncGenerator<Uint8Array> {
    yield* neverSilent(deflatedBody(pieces, sums), GZIP_FILLER, this.#deps.clock);
    yield FINAL_BLOCK;
  }
}

interface Seen {
  records: number;
  readonly hash: Hash;
}

async function* hashed(pieces: AsyncIterable<Piece>, hash: Hash): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    for await (const chunk of inflated([piece])) hash.update(chunk);
    yield piece;
  }
}
