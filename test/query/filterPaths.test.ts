import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../shared/query/filter.ts';
import { mayMatch, mentions, pathsOf } from '../../shared/query/filterPaths.ts';

const KIND = 'signInEventTypes';

describe('the paths of a filter', () => {
  it.each([
    ['a eq 1', ['a']],
    ['a/b eq c', ['a/b', 'c']],
    ["not startswith(tolower(a/b), 'x') or c in (1, 2)", ['a/b', 'c']],
    ['a/any(t: t/b eq 1 and c eq 2)', ['a', '1:b', 'c']],
    ['a/any()', ['a']],
    ['true', []],
  ])('%s', (text, paths) => {
    const found = [...pathsOf(parseFilter(text).condition)];
    expect(found.map(({ scope, steps }) => `${scope > 0 ? `${scope}:` : ''}${steps.join('/')}`)).toEqual(paths);
  });
});

describe('a filter', () => {
  it.each([
    ["signInEventTypes/any(t: t eq 'x')", true],
    ['SIGNINEVENTTYPES/any()', true],
    ["id eq 'x' or not (signInEventTypes/any())", true],
    ["id eq 'signInEventTypes'", false],
    ['a/any(t: t/signInEventTypes eq 1)', false],
  ])('speaks of a field or does not: %s', (text, expected) => {
    expect(mentions(parseFilter(text), KIND)).toBe(expected);
  });

  it.each([
    ["signInEventTypes/any(t: t eq 'a')", ['a']],
    ["signInEventTypes/any(t: t ne 'a')", ['b', 'c']],
    ["signInEventTypes/any(t: t eq 'a' or t eq 'b') and x eq 1", ['a', 'b']],
    ["(signInEventTypes/any(t: t eq 'a') or x eq 1) and y eq 2", ['a', 'b', 'c']],
    ["(x eq 1 and signInEventTypes/any(t: t eq 'b')) and y eq 2", ['b']],
    ["not (signInEventTypes/any(t: t eq 'b'))", ['a', 'c']],
    ["signInEventTypes/any(t: t eq 'a') and signInEventTypes/any(t: t eq 'b')", []],
    ['signInEventTypes/any(t: t eq x)', ['a', 'b', 'c']],
    ['x eq 1', ['a', 'b', 'c']],
  ])('leaves values of a field possible: %s', (text, expected) => {
    expect(['a', 'b', 'c'].filter((value) => mayMatch(parseFilter(text), KIND, [value]))).toEqual(expected);
  });
});
