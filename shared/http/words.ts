/** Parameters that are one of some words. */
import { BadQuery } from '../query/range.ts';

/** The word that is given; `undefined` where none is. @throws BadQuery for any other. */
export function readWord<W extends string>(
  parameters: URLSearchParams,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = parameters.get(name);
  const word = words.find((each) => each === text);
  if (text === null || word !== undefined) return word;
  throw new BadQuery(
    name,
    `'${name}' must be ${words.join(' or ')}, not '${text.slice(0, 80)}'. A right example: ${name}=${words[0]}`,
  );
}
