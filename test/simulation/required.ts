/** What a long simulation must have met at least once; a check that nothing ever put to the test proves nothing. */
import { CALL_FAULTS, GRAPH_FAULTS, WITHHELD } from './faults.ts';
import type { Tally } from './tally.ts';

const EVENTS: readonly string[] = [
  ...['settled', 'closed', 'provisional', 'pending', 'gap', 'unavailable'].map((state) => `coverage: ${state}`),
  'entry: config',
  'entry: gap',
  'entry: gap, unavailable',
  'entry: read head',
  'entry: read snapshot',
  'entry: read request',
  'entry: read sweep',
  'race: number taken',
  'race: table already written',
  'read: acknowledged',
  'request: confirmed',
  'row: changed',
  'row: forgotten',
  'row: late',
  'row: on time',
  'row: owed to a sweep',
  'row: undated',
  'row: vanished',
  'segment: named',
  'segment: unreferenced',
];

/** The names of what was never met. */
export function unmet(tally: Tally): string[] {
  const required = [
    ...CALL_FAULTS.map(({ name }) => `fault: ${name}`),
    ...GRAPH_FAULTS.map(({ name }) => `graph: ${name}`),
    ...Object.values(WITHHELD).map(({ name }) => `graph: ${name}`),
    ...EVENTS,
  ];
  return required.filter((what) => !tally.get(what));
}

const OF_RETENTION: readonly string[] = [
  'calm: an orphan is held',
  'calm: only what is held is left',
  'deletion: carried out',
  'deletion: meant',
  'deletion: of an orphan',
  'entry: delete',
  'entry: deleted',
  'entry: hold',
  'entry: release',
  'hold: after a deletion',
  'hold: during a deletion',
  'hold: placed',
  'race: number taken',
  'refused: legal hold',
  'theft',
  'verifier: deletion-unfinished',
  'verifier: one more absence',
];

/** The names of what was never met where retentions end. */
export function unmetByRetention(tally: Tally): string[] {
  return [...CALL_FAULTS.map(({ name }) => `fault: ${name}`), ...OF_RETENTION].filter((what) => !tally.get(what));
}
