import { describe, expect, it } from 'vitest';
import { barLines, shareDone, summaryLine, troubleLine } from '../../../dev/start/progress.ts';
import { createScreen } from '../../../dev/start/screen.ts';
import { archiveStatus, logTypeStatus } from './statuses.ts';

const FROM = '2026-11-01T00:00:00Z';
const TARGET = Date.parse('2026-11-11T00:00:00Z');

const at = (watermark: string | null, changes = {}) =>
  logTypeStatus('interactiveSignIns', { from: watermark && FROM, watermark, ...changes });

describe('the share of a walk', () => {
  it.each([
    ['nothing before the first read', null, 0],
    ['nothing at the start', FROM, 0],
    ['half', '2026-11-06T00:00:00Z', 0.5],
    ['all at the target', '2026-11-11T00:00:00Z', 1],
    ['all behind the target', '2026-11-12T00:00:00Z', 1],
  ])('is %s', (_, watermark, share) => {
    expect(shareDone(at(watermark), TARGET)).toBe(share);
  });

  it('is all when the walk began behind the target', () => {
    expect(
      shareDone(logTypeStatus('x', { from: '2026-11-12T00:00:00Z', watermark: '2026-11-12T00:00:00Z' }), TARGET),
    ).toBe(1);
  });
});

describe('the bars', () => {
  it('show name, bar, percent, records and a state that is not healthy', () => {
    const status = archiveStatus(
      at('2026-11-06T00:00:00Z', { records: 12_345 }),
      logTypeStatus('riskyUsers', { state: 'unlicensed' }),
    );
    expect(barLines(status, TARGET, 120)).toEqual([
      `interactiveSignIns ${'█'.repeat(12)}${'░'.repeat(12)}  50 %      12,345 records`,
      `riskyUsers         ${'░'.repeat(24)}   0 %           0 records  unlicensed`,
    ]);
  });

  it('never say 100 % before the target is reached', () => {
    const [line] = barLines(archiveStatus(at('2026-11-10T23:59:59Z')), TARGET, 120);
    expect(line).toContain('  99 %');
    expect(line).toContain('█░ ');
  });

  it('are no longer than the terminal is wide', () => {
    for (const line of barLines(archiveStatus(at(FROM)), TARGET, 30)) expect(line).toHaveLength(30);
  });
});

describe('the line', () => {
  it('tells the whole and the log types that are not there yet', () => {
    const done = logTypeStatus('riskyUsers', { from: FROM, watermark: '2026-11-11T00:00:00Z', records: 1000 });
    const failing = at('2026-11-06T00:00:00Z', { records: 500, state: 'throttled' });
    expect(summaryLine(archiveStatus(failing, done), TARGET)).toBe(
      'pulled 75 %, 1,500 records; interactiveSignIns 50 % (throttled)',
    );
  });

  it('is short when all is done', () => {
    expect(summaryLine(archiveStatus(at('2026-11-11T00:00:00Z', { records: 7 })), TARGET)).toBe(
      'pulled 100 %, 7 records',
    );
  });
});

describe('the trouble', () => {
  const failing = (logType: string, time: string) =>
    logTypeStatus(logType, { state: 'failing', lastError: { time, message: `collecting ${logType} failed` } });

  it('is the newest of those that are not over', () => {
    const over = { ...failing('c', '2026-11-21T07:00:00Z'), state: 'healthy' as const };
    const status = archiveStatus(failing('a', '2026-11-21T05:00:00Z'), failing('b', '2026-11-21T06:00:00Z'), over);
    expect(troubleLine(status)).toBe('collecting b failed');
    expect(troubleLine(archiveStatus(over))).toBe('');
  });

  it('is told once on a screen that cannot be redrawn', () => {
    let written = '';
    let elapsed = 0;
    const show = createScreen({ write: (text: string) => (written += text) }, () => (elapsed += 10_000));
    for (let times = 0; times < 3; times += 1) show(archiveStatus(failing('a', '2026-11-21T05:00:00Z')), TARGET);
    expect(written.match(/^ {2}collecting a failed$/gm)).toHaveLength(1);
  });
});

describe('the screen', () => {
  const draw = (isTTY: boolean, times: number[]) => {
    let written = '';
    let elapsed = 0;
    const out = { isTTY, columns: 100, write: (text: string) => (written += text) };
    const show = createScreen(out, () => elapsed);
    for (const time of times) {
      elapsed = time;
      show(archiveStatus(at(FROM), logTypeStatus('riskyUsers')), TARGET);
    }
    return written;
  };

  it('redraws in place on a terminal', () => {
    const written = draw(true, [0, 1]);
    expect(written.match(/\n/g)).toHaveLength(6);
    expect(written.split('\x1b[3A')).toHaveLength(2);
    expect(written.startsWith('\x1b[2K')).toBe(true);
  });

  it('writes a line every three seconds elsewhere, without control codes', () => {
    const written = draw(false, [0, 1000, 2999, 3000, 5000, 6000]);
    expect(written.split('\n')).toHaveLength(4);
    expect(written).not.toContain('\x1b');
  });
});
