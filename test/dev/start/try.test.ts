import { describe, expect, it } from 'vitest';
import { commandsToTry, dayToShow } from '../../../dev/start/try.ts';
import { logTypeStatus } from './statuses.ts';

describe('the day to show', () => {
  it.each([
    [
      'the last but one',
      ['2026-11-19T01:00:00.0000000Z', '2026-11-20T23:00:00Z', '2026-11-21T00:10:00Z'],
      '2026-11-20',
      '2026-11-21',
    ],
    ['the only one', ['2026-12-31T01:00:00Z', '2026-12-31T02:00:00Z'], '2026-12-31', '2027-01-01'],
    [
      'never that of records without a time',
      ['1970-01-01T00:00:00Z', '2026-11-21T00:10:00Z'],
      '2026-11-21',
      '2026-11-22',
    ],
  ])('is %s', (_, times, from, to) => {
    expect(dayToShow(times)).toEqual({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` });
  });

  it('does not exist without records', () => {
    expect(dayToShow([])).toBeUndefined();
    expect(dayToShow(['1970-01-01T00:00:00Z'])).toBeUndefined();
  });
});

describe('the commands', () => {
  const never = new AbortController().signal;
  const url = 'http://127.0.0.1:7071';

  it('ask at once where nobody has to say who he is', async () => {
    expect(await commandsToTry({ url }, [logTypeStatus('riskyUsers')], never)).toEqual([`curl -s '${url}/api/status'`]);
  });

  it('get a token where one is needed', async () => {
    const signIn = { token: async () => 'unused', tokenUrl: 'http://127.0.0.1:9/t/token?roles=Archive.Read' };
    expect(await commandsToTry({ url, signIn }, [logTypeStatus('riskyUsers')], never)).toEqual([
      `curl -s -H "Authorization: Bearer $(curl -s '${signIn.tokenUrl}')" '${url}/api/status'`,
    ]);
  });
});
