/** Filters built by clicking: the archive's own parser takes each of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../shared/query/filter.ts';
import { clauseOf, clausesOf, withClause, withoutClause } from '../../web/filter/clauses.ts';

describe('a clause of a value', () => {
  it.each([
    ['status/errorCode', '50074', 'eq', 'status/errorCode eq 50074'],
    ['userDisplayName', '"Ann O\'Hara"', 'ne', "userDisplayName ne 'Ann O''Hara'"],
    ['createdDateTime', '"2026-11-20T05:12:31.1234567Z"', 'eq', 'createdDateTime eq 2026-11-20T05:12:31.1234567Z'],
    ['mfaDetail', 'null', 'ne', 'mfaDetail ne null'],
    ['isInteractive', 'true', 'eq', 'isInteractive eq true'],
    ['signInEventTypes/*', '"interactiveUser"', 'eq', "signInEventTypes/any(x: x eq 'interactiveUser')"],
    ['targetResources/*/id', '"a"', 'ne', "not targetResources/any(x: x/id eq 'a')"],
    ['a/*/b/*/c', '1.50', 'eq', 'a/any(x: x/b/any(y: y/c eq 1.50))'],
  ] as const)('%s, %s, %s', (path, token, operator, wanted) => {
    const clause = clauseOf(path.split('/'), token, operator);
    expect(clause).toBe(wanted);
    expect(() => parseFilter(wanted)).not.toThrow();
  });

  it.each(['', 'spaced key', 'list/*/*', '*'])("cannot name '%s'", (path) => {
    expect(clauseOf(path.split('/'), '1', 'eq')).toBeUndefined();
  });

  it('quotes any text so that the archive reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clause = clauseOf(['a'], JSON.stringify(text), 'eq') ?? '';
        expect(() => parseFilter(clause)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('the clauses of a filter', () => {
  it.each([
    ['', []],
    ["a eq 1 and b eq 'x and y'", ['a eq 1', "b eq 'x and y'"]],
    ["(a eq 1 or b eq 2) and c eq 'it''s' and d", ['(a eq 1 or b eq 2)', "c eq 'it''s'", 'd']],
    ['l/any(x: x/a eq 1 and x/b eq 2) and c eq 3', ['l/any(x: x/a eq 1 and x/b eq 2)', 'c eq 3']],
    ['a eq 1 or b eq 2 and c eq 3', ['a eq 1 or b eq 2 and c eq 3']],
  ])('%s', (filter, clauses) => {
    expect(clausesOf(filter)).toEqual(clauses);
  });

  it('are added once, and an alternative is put in parentheses', () => {
    expect(withClause('', 'a eq 1')).toBe('a eq 1');
    expect(withClause('a eq 1', 'b eq 2')).toBe('a eq 1 and b eq 2');
    expect(withClause('a eq 1 and b eq 2', 'b eq 2')).toBe('a eq 1 and b eq 2');
    expect(withClause('a eq 1 or b eq 2', 'c eq 3')).toBe('(a eq 1 or b eq 2) and c eq 3');
  });

  it('are taken out one by one', () => {
    expect(withoutClause('a eq 1 and b eq 2', 0)).toBe('b eq 2');
    expect(withoutClause('(a eq 1 or b eq 2) and c eq 3', 1)).toBe('(a eq 1 or b eq 2)');
    expect(withoutClause('a eq 1', 0)).toBe('');
  });
});
