/**
 * Where sketches lie: one file a layer and UTC day, of actors also one a month, in the container `work`; and the table rows
 * that name the newest.
 *
 *     work   sketches/<tenantId>/<logType>/<layer>/<span>/<of>-<second>    span: YYYY-MM-DD, or YYYY-MM
 *     table  sketch|<span>                                                 of, at, whole
 *
 * Files are created, never changed, and each says itself what it covers: several writers cannot hurt one another, and a row
 * that is old, or gone, or names a file that is gone, only means that more segments are opened.
 */
import { hash } from 'node:crypto';
import { ledgerName, WORK_CONTAINER } from './archive/names.ts';
import { decodeSketches, encodeSketches, type Sketch } from './archive/sketch.ts';
import { LAYERS, type Layer, VALUES_VERSION } from './archive/sketchValues.ts';
import type { BlobDeps, Deps, TableDeps } from './deps.ts';
import { partitionOf } from './segmentIndex.ts';
import { listPrefix } from './storage/port.ts';

/** A UTC day, `YYYY-MM-DD`, or a month, `YYYY-MM`. */
export type Span = string;

/** What the table says of the newest files of a span. */
export interface SketchHint {
  /** What was there to be covered: `coverOf` the keys of segments, or of what a month's days cover. */
  readonly of: string;
  /** When they were made: second since 1970. */
  readonly at: number;
  /** `false`: the time was up before all segments were opened. */
  readonly whole: boolean;
}

type SketchDeps = TableDeps & BlobDeps;

const PREFIX = 'sketch|';
/** Hex digits that tell one set of covered things from another. */
const COVER_DIGITS = 32;

/** One text for a set of keys, whatever their order and number. */
export function coverOf(keys: readonly string[]): string {
  return hash('sha256', [VALUES_VERSION, ...[...new Set(keys)].sort()].join('\n')).slice(0, COVER_DIGITS);
}

/** The hints of a month and of its days. */
export async function hintsOf(deps: SketchDeps, logType: string, month: Span): Promise<Map<Span, SketchHint>> {
  const hints = new Map<Span, SketchHint>();
  for await (const { key, values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX + month)) {
    hints.set(key.slice(PREFIX.length), values as unknown as SketchHint);
  }
  return hints;
}

/** The sketches that a hint names; `undefined` when the file is gone, damaged, or of another version. */
export async function readSketches(
  deps: SketchDeps,
  logType: string,
  layer: Layer,
  span: Span,
  hint: SketchHint | undefined,
): Promise<Sketch[] | undefined> {
  if (!hint) return undefined;
  const file = await deps.blobs.get(WORK_CONTAINER, fileName(deps, logType, layer, span, hint));
  return file && decodeSketches(file);
}

/** Stores the sketches of a span, a file a layer, and then what is said of them. */
export async function writeSketches(
  deps: SketchDeps,
  logType: string,
  span: Span,
  hint: SketchHint,
  layers: Readonly<Partial<Record<Layer, readonly Sketch[]>>>,
): Promise<void> {
  for (const [layer, sketches] of Object.entries(layers) as [Layer, readonly Sketch[]][]) {
    // Two writers in one second cover the same; either's will do.
    await deps.blobs.putIfAbsent(WORK_CONTAINER, fileName(deps, logType, layer, span, hint), encodeSketches(sketches));
  }
  const row = { kind: 'upsert', key: PREFIX + span, values: { ...hint } } as const;
  await deps.state.commit(partitionOf(deps, logType), [row]);
}

/** The second in the name lets a file be made again that is damaged, and that nobody may overwrite. */
function fileName({ config }: Pick<Deps, 'config'>, logType: string, layer: Layer, span: Span, hint: SketchHint) {
  return `${folderOf(config, logType, layer, span)}${hint.of}-${hint.at}`;
}

function folderOf({ tenantId }: Deps['config'], logType: string, layer: Layer, span: Span): string {
  return `sketches/${ledgerName(tenantId, logType)}/${layer}/${span}/`;
}

/** What the names of all files of a span begin with, layer by layer, in the container `work`. */
export function sketchFolders({ config }: Pick<Deps, 'config'>, logType: string, span: Span): string[] {
  return LAYERS.map((layer) => folderOf(config, logType, layer, span));
}
