/** Counting over pages that break, end and are gone: every record counts once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPages } from '../../web/api/pages.ts';
import { ApiError } from '../../web/api/trouble.ts';
import { prepareCount } from '../../web/views/questions/count.ts';
import type { Question } from '../../web/views/questions/kinds.ts';
import { QUESTIONS } from '../../web/views/questions/table.ts';
import { createTally } from '../../web/views/questions/tally.ts';

const QUESTION = QUESTIONS.find(({ name }) => name === 'applications') as Question;

/** An archive of so many records; each answer may break after some of its lines, as told, one after another. */
function archiveOf(records: number, breaks: readonly (number | 'gone')[] = []) {
  const asked: string[] = [];
  const troubles = [...breaks];
  const ask = async (url: string) => {
    asked.push(url);
    const query = new URL(url, 'http://archive').searchParams;
    const trouble = troubles.shift();
    if (trouble === 'gone') throw new ApiError({ kind: 'gone', detail: 'gone' });
    const first = Number(query.get('cursor') ?? 0) + Number(query.get('skip') ?? 0);
    const wanted = Math.min(records, first + Number(query.get('limit')));
    const end = Math.min(wanted, first + (trouble ?? Number.POSITIVE_INFINITY));
    const lines = Array.from(
      { length: Math.max(0, end - first) },
      (_, n) => `${JSON.stringify({ appId: `a${first + n}` })}\n`,
    );
    const next = `</api/logs/x?limit=1&cursor=${wanted}>; rel="next"`;
    const headers = { 'x-archive-cursor': String(first), ...(wanted < records && { link: next }) };
    // Half a line, where it breaks.
    return new Response(lines.join('') + (end < wanted ? '{"app' : ''), { headers });
  };
  return { asked, ask };
}

/** Counts, going on after each trouble, until nothing is left. */
async function countAll(archive: ReturnType<typeof archiveOf>, bound?: number) {
  const stops: string[] = [];
  const tally = () => createTally(QUESTION, 'createdDateTime', 1);
  let isIdle: () => void = () => undefined;
  const running = prepareCount(
    createPages(archive.ask, 'interactiveSignIns', { from: 'a', to: 'b' }),
    tally,
    () => ['paused', 'whole', 'failed'].includes(running.current().phase) && isIdle(),
    bound,
  );
  while (running.current().phase !== 'whole') {
    const idle = new Promise<void>((resolve) => {
      isIdle = resolve;
    });
    running.goOn();
    await idle;
    const {
      phase,
      trouble,
      tally: { records },
    } = running.current();
    stops.push(`${trouble?.kind ?? phase} ${records}`);
  }
  const { rows } = running.current().tally;
  return { stops, counts: new Map([...rows.values()].map(({ values, total }) => [values?.[0]?.token, total])) };
}

const onceEach = (records: number) => new Map(Array.from({ length: records }, (_, n) => [`"a${n}"`, 1]));

describe('a count', () => {
  it('counts every record once, wherever the answers break', async () => {
    const breaks = fc.array(fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.constant('gone' as const)), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2500 }), breaks, async (records, troubles) => {
        expect((await countAll(archiveOf(records, troubles))).counts).toEqual(onceEach(records));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on behind the last record that came, and begins anew where that is gone', async () => {
    const archive = archiveOf(1500, [Number.POSITIVE_INFINITY, 200, 'gone']);
    const { stops, counts } = await countAll(archive);
    expect(stops).toEqual(['broken 1200', 'gone 1200', 'whole 1500']);
    expect(counts).toEqual(onceEach(1500));
    expect(archive.asked.map((url) => new URL(url, 'http://a').searchParams.toString())).toEqual([
      'from=a&to=b&limit=1000',
      'from=a&to=b&limit=10000&cursor=1000',
      'from=a&to=b&limit=10000&cursor=1000&skip=200',
      'from=a&to=b&limit=1000',
      'from=a&to=b&limit=10000&cursor=1000',
    ]);
  });

  it('stops at its bound, and goes on to the end when told', async () => {
    const { stops, counts } = await countAll(archiveOf(30_000), 5000);
    expect(stops).toEqual(['paused 11000', 'whole 30000']);
    // Different applications past 10,000 are counted together.
    expect([counts.size, counts.get(undefined)]).toEqual([10_001, 20_000]);
  });
});
