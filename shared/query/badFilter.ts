/** A filter that cannot be used, and why. */
import { BadQuery } from './range.ts';

/** Characters of what was found that a message repeats. */
const SHOWN = 40;

/** A filter does not parse, asks for what does not exist, or is too large. The message is for the person who asked. */
export class BadFilter extends BadQuery {
  /** Characters before the place that is wrong. */
  readonly position: number;
  /** What would have been right there, in words. */
  readonly expected: string;
  /** What is there, in words. */
  readonly found: string;

  constructor(parameter: string, position: number, expected: string, found: string) {
    super(parameter, `'${parameter}' is wrong at character ${position + 1}: expected ${expected}, found ${found}.`);
    this.position = position;
    this.expected = expected;
    this.found = found;
  }
}

/** What a filter is refused with before anybody knows which parameter it came in. */
export type Refuse = (position: number, expected: string, found: string) => never;

/** A piece of a filter, for a message. */
export function shown(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
