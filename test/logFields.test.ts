/** What a log line may carry. */
import { describe, expect, it } from 'vitest';
import { type Log, logLine } from '../shared/logFields.ts';

describe('a log line', () => {
  it('is one JSON object with its message first, whatever the message holds', () => {
    const line = logLine('warn', 'a\n"b"', { logType: 'riskyUsers', lagSeconds: null, alarms: [] });
    expect(line).toBe('{"message":"a\\n\\"b\\"","level":"warn","logType":"riskyUsers","lagSeconds":null,"alarms":[]}');
    expect(logLine('info', 'up')).toBe('{"message":"up","level":"info"}');
  });

  it('takes no field but those that are named: another one does not compile', () => {
    const log: Log = () => undefined;
    // @ts-expect-error a slip
    log('info', 'x', { logtype: 'riskyUsers' });
    // @ts-expect-error content of a record
    log('info', 'x', { record: '{}' });
    // @ts-expect-error times are text
    log('info', 'x', { from: 1_795_154_400 });
    // @ts-expect-error a level that there is not
    log('debug', 'x');
    log('info', 'x', { logType: 'riskyUsers', from: '2026-11-20T00:00:00Z' });
    expect.assertions(0);
  });
});
