/** What completeness means, and what no API offers: the archive's own statement, taken apart to be read as a list. */

export interface Meaning {
  readonly sentence: string;
  /** Empty where the statement is not in the form that this page knows; it then stands whole in `sentence`. */
  readonly notOffered: readonly string[];
}

const FORM = /^(.+?); no API offers (.+), so the archive cannot hold them\.$/s;

export function meaningOf(means: string): Meaning {
  const [, sentence, list] = FORM.exec(means) ?? [];
  if (sentence === undefined || list === undefined) return { sentence: means, notOffered: [] };
  return { sentence: `${sentence}.`, notOffered: list.split(/, (?:or |and )?/) };
}
