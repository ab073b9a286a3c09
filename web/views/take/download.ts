/**
 * A download that survives its connection: every byte that is handed on ends behind a whole record, so that when the
 * transfer breaks, another request goes on exactly there, at the same size of the ledger.
 */
import { type Claims, claimsOf } from '../../api/claims.ts';
import { ask } from '../../api/client.ts';
import { chunksOf } from '../../api/ndjson.ts';
import { type Trouble, troubleOf } from '../../api/trouble.ts';
import { apiUrl, type Query } from '../../api/url.ts';
import { createSha256 } from '../../crypto/sha256.ts';
import { createCutter, type RecordFormat } from './cutter.ts';
import type { Sink } from './sink.ts';

export interface DownloadQuery {
  /** Below `/api/`. */
  readonly path: string;
  readonly query: Query;
  /** Absent where the answer cannot be gone on with. */
  readonly records?: RecordFormat | undefined;
}

export type DownloadPhase = 'running' | 'waiting' | 'broken' | 'done';

export interface Download {
  readonly phase: DownloadPhase;
  readonly records: number;
  readonly bytes: number;
  /** How often it was gone on with. */
  readonly resumed: number;
  readonly claims: Claims | undefined;
  readonly trouble: Trouble | undefined;
  /** Of all bytes, lower-case hex; once it is done. */
  readonly sha256: string | undefined;
}

export interface RunningDownload {
  current(): Download;
  /** Goes on where it broke. */
  again(): void;
  /** Stops it; what is there stays, and it can go on. */
  stop(): void;
  /** Gives it up: nothing of it is kept. */
  discard(): Promise<void>;
}

/** Milliseconds before the page goes on by itself. After the last, a person is asked. */
const PAUSES = [1000, 3000, 8000] as const;
const PASSING: readonly Trouble['kind'][] = ['broken', 'unreachable', 'busy'];

/** @param onChange called whenever `current()` gives something else. */
export function startDownload(query: DownloadQuery, sink: Sink, onChange: () => void): RunningDownload {
  const hash = createSha256();
  const cutter = query.records && createCutter(query.records);
  let state: Download = {
    phase: 'running',
    records: 0,
    bytes: 0,
    resumed: 0,
    claims: undefined,
    trouble: undefined,
    sha256: undefined,
  };
  let cursor: string | undefined;
  let controller = new AbortController();

  const become = (changed: Partial<Download>) => {
    state = { ...state, ...changed };
    onChange();
  };
  const keep = async (bytes: Uint8Array, records: number) => {
    await sink.write(bytes);
    hash.update(bytes);
    become({ records: state.records + records, bytes: state.bytes + bytes.length });
  };

  /** One request, to its end. */
  const receive = async (signal: AbortSignal) => {
    const place = cursor === undefined ? {} : { cursor, skip: state.records };
    const response = await ask(apiUrl(query.path, { ...query.query, ...place }), {
      signal,
      headers: { accept: '*/*' },
    });
    // The cursor of the first answer counts, with all records since: later ones say the same of their own begin.
    cursor ??= response.headers.get('x-archive-cursor') ?? undefined;
    if (!state.claims) become({ claims: claimsOf(response.headers) });
    for await (const chunk of response.body ? chunksOf(response.body) : []) {
      const cut = cutter?.add(chunk);
      await keep(cut?.bytes ?? chunk, cut?.records ?? 0);
    }
    const rest = cutter?.end();
    if (rest?.length) await keep(rest, 0);
    await sink.finish();
    become({ phase: 'done', sha256: hash.digest() });
  };

  const run = async () => {
    for (let attempt = 0; ; attempt += 1) {
      controller = new AbortController();
      const { signal } = controller;
      const before = state.records;
      try {
        become({ phase: 'running', trouble: undefined });
        return await receive(signal);
      } catch (error) {
        const trouble = troubleOf(error);
        cutter?.goOn(state.bytes > 0);
        // Where something came, the connection is worth as many attempts again.
        if (state.records > before) attempt = 0;
        const pause = canGoOn() && PASSING.includes(trouble.kind) ? PAUSES[attempt] : undefined;
        become({ phase: pause === undefined ? 'broken' : 'waiting', trouble, resumed: state.resumed + 1 });
        if (pause === undefined) return;
        await new Promise((resolve) => setTimeout(resolve, pause));
        if (signal.aborted) return become({ phase: 'broken' });
      }
    }
  };
  /** Nothing came yet, or it is known where to go on. */
  const canGoOn = () => state.bytes === 0 || (cutter !== undefined && cursor !== undefined);

  void run();
  return {
    current: () => state,
    again: () => void (state.phase === 'broken' && canGoOn() && run()),
    stop: () => controller.abort(),
    discard: async () => {
      controller.abort();
      await sink.discard();
    },
  };
}
