/** The states of coverage, as data: how each is named, marked and explained (docs/COVERAGE.md). */
import type { CoverageState } from '../api/answers.ts';

export interface StateLook {
  readonly label: string;
  /** A shape, since colour alone tells not everybody. */
  readonly mark: string;
  /** The custom property that holds its colour. */
  readonly colour: string;
  readonly means: string;
}

/** From the worst to the best. */
export const STATES: Readonly<Record<CoverageState, StateLook>> = {
  gap: {
    label: 'gap',
    mark: '✕',
    colour: '--state-gap',
    means: 'Part of this range should have been read and was not.',
  },
  unavailable: {
    label: 'unavailable',
    mark: '⊘',
    colour: '--state-unavailable',
    means: 'Part of this range could not be had: no licence, no permission, or it lies before the archive began.',
  },
  pending: {
    label: 'pending',
    mark: '…',
    colour: '--state-pending',
    means: 'The end of this range is not read yet, and not late.',
  },
  provisional: {
    label: 'provisional',
    mark: '◐',
    colour: '--state-provisional',
    means: 'All of it was read. It will be read again, as late and changed records may still turn up.',
  },
  closed: {
    label: 'closed',
    mark: '◼',
    colour: '--state-closed',
    means: 'All of it was read, and Microsoft forgot part of it before the last re-read was due.',
  },
  deleted: {
    label: 'deleted',
    mark: '▽',
    colour: '--state-deleted',
    means: 'Part of it was deleted after its retention, with proof.',
  },
  settled: {
    label: 'settled',
    mark: '●',
    colour: '--state-settled',
    means: 'All of it was read, every re-read is done, and the last one brought nothing new.',
  },
};

/** The look of a state; of one that this page does not know, its own name and nothing more. */
export function lookOf(state: string): StateLook {
  const known = STATES[state as CoverageState] as StateLook | undefined;
  return known ?? { label: state, mark: '?', colour: '--state-unavailable', means: '' };
}
