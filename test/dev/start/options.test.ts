import { describe, expect, it } from 'vitest';
import { helpText, readOptions } from '../../../dev/start/options.ts';

const DEFAULTS = {
  days: 30,
  perDay: 2000,
  seed: 1,
  speed: 60,
  once: false,
  faults: undefined,
  graph: undefined,
  storage: undefined,
  port: 7071,
  auth: false,
};

describe('the flags of npm start', () => {
  it.each([
    [[], {}],
    [['--once', '--days', '3', '--per-day', '20000'], { once: true, days: 3, perDay: 20_000 }],
    [['--seed=7', '--speed=1', '--port=0'], { seed: 7, speed: 1, port: 0 }],
    [['--auth', '--once'], { auth: true, once: true }],
    [['--faults', 'late-rows,html-403'], { faults: 'late-rows,html-403' }],
    [['--graph', 'https://graph.microsoft.com/'], { graph: 'https://graph.microsoft.com' }],
    [['--graph', 'http://127.0.0.1:5000'], { graph: 'http://127.0.0.1:5000' }],
    [['--graph', 'http://localhost:5000', '--days', '2'], { graph: 'http://localhost:5000', days: 2 }],
    [['--storage', 'UseDevelopmentStorage=true'], { storage: 'UseDevelopmentStorage=true' }],
  ])('reads %j', (args, changed) => {
    expect(readOptions(args)).toEqual({ ...DEFAULTS, ...changed });
  });

  it.each([
    [['--dayz', '3'], /'--dayz'.*--help/],
    [['days'], /'days'.*--help/],
    [['--days'], /--days/],
    [['--once=yes'], /--once/],
    [['--days', '0'], /--days wants a whole number from 1 to 3650, not '0'/],
    [['--days', '1.5'], /--days wants a whole number/],
    [['--per-day', '1e3'], /--per-day wants a whole number/],
    [['--speed', '0'], /--speed wants a whole number from 1/],
    [['--port', '65536'], /--port wants a whole number from 0 to 65535/],
    [['--faults', ''], /--faults is empty/],
    [['--storage', ' '], /--storage is empty/],
    [['--graph', 'http://graph.microsoft.com'], /--graph wants https/],
    [['--graph', 'https://graph.microsoft.com/v1.0'], /--graph wants https:\/\/host/],
    [['--graph', 'nonsense'], /--graph wants/],
    [['--graph', 'https://graph.microsoft.com', '--faults', 'all'], /--faults .* cannot go with --graph/],
    [['--graph', 'http://127.0.0.1:1', '--seed', '1'], /--seed .* cannot go with --graph/],
  ])('refuses %j in one line', (args, message) => {
    const read = () => readOptions(args);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ name: 'StartProblem', message: expect.not.stringContaining('\n') }));
  });

  it('asks for help before it checks the rest', () => {
    expect(readOptions(['--help', '--days', 'x'])).toBe('help');
  });

  it('lists every flag with its default in the help', () => {
    for (const [flag, fallback] of [
      ['--days N', 30],
      ['--per-day N', 2000],
      ['--seed N', 1],
      ['--speed N', 60],
      ['--port N', 7071],
    ]) {
      expect(helpText()).toMatch(new RegExp(`${flag} .*\\(default: ${fallback}\\)`));
    }
    for (const flag of ['--once', '--faults a,b|all', '--graph URL', '--storage CONNECTION', '--auth', '--help']) {
      expect(helpText()).toContain(`  ${flag} `);
    }
  });
});
