import { describe, expect, it } from 'vitest';
import { refuseUnknown } from '../../shared/http/refuseUnknown.ts';
import { BadQuery } from '../../shared/query/range.ts';

describe('the parameters of a route', () => {
  const KNOWN = {
    from: { example: '2026-11-20', description: 'begins' },
    to: { example: '2026-11-21', description: 'ends' },
  };
  const EXAMPLE = 'A right example: from=2026-11-20&to=2026-11-21';

  it.each(['', 'from=1', 'to=&from='])('may be %j', (query) => {
    expect(() => refuseUnknown(new URLSearchParams(query), KNOWN)).not.toThrow();
  });

  it.each([
    { case: 'a slip', query: 'form=1', parameter: 'form', fault: 'is not a parameter of this route' },
    { case: 'another case', query: 'From=1', parameter: 'From', fault: 'is not a parameter of this route' },
    { case: 'a second one', query: 'from=1&code=2', parameter: 'code', fault: 'is not a parameter of this route' },
    { case: 'two values', query: 'from=1&from=2', parameter: 'from', fault: 'is given more than once' },
    { case: 'the same value twice', query: 'from=1&from=1', parameter: 'from', fault: 'is given more than once' },
    { case: 'an unknown one twice', query: 'x=1&x=2', parameter: 'x', fault: 'is not a parameter of this route' },
    { case: 'an empty name', query: '=1', parameter: '', fault: 'is not a parameter of this route' },
    {
      case: 'a name that every object has',
      query: 'constructor=1',
      parameter: 'constructor',
      fault: 'is not a parameter of this route',
    },
    {
      case: 'a very long name',
      query: `${'a'.repeat(9000)}=1`,
      parameter: 'a'.repeat(80),
      fault: 'is not a parameter of this route',
    },
  ])('may not be $case', ({ query, parameter, fault }) => {
    expect.assertions(3);
    try {
      refuseUnknown(new URLSearchParams(query), KNOWN);
    } catch (error) {
      expect(error).toBeInstanceOf(BadQuery);
      expect((error as BadQuery).parameter).toBe(parameter);
      expect((error as BadQuery).message).toBe(`'${parameter}' ${fault}. ${EXAMPLE}`);
    }
  });

  it('are left out where a route takes none', () => {
    expect(() => refuseUnknown(new URLSearchParams(''), {})).not.toThrow();
    expect(() => refuseUnknown(new URLSearchParams('a=1'), {})).toThrow(/^'a' is not a parameter .*It takes none/);
  });
});
