/** Random filters over random records: the product against the tests' own evaluator, with and without the prefilter. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { parseRecord } from '../../shared/query/filterRecord.ts';
import { timeBounds } from '../../shared/query/filterTimes.ts';
import { matcher } from '../../shared/query/matcher.ts';
import { linesOf, prefilter } from '../../shared/query/prefilter.ts';
import { judge, makeModel, render, ticks } from './filterModel.ts';
import { type Json, makeSamples } from './filterRecords.ts';

const SAMPLES = makeSamples(11, 5000);
const BLOCK = Buffer.from(SAMPLES.map(({ line }) => `${line}\n`).join(''));
const RECORDS = SAMPLES.map(({ line }) => parseRecord(line, true));
/** The parsed record by the position of its line, so that 300 filters need not parse it 300 times. */
const RECORD_AT = new Map([...linesOf(BLOCK)].map((line, index) => [line.byteOffset, RECORDS[index]]));

const random = new Random(300, 5000, 7);
const CASES = Array.from({ length: 300 }, () => {
  const model = makeModel(random, random.pick(SAMPLES).value);
  return { filter: render(model), expected: SAMPLES.filter(({ value }) => judge(model, value) === true) };
});

const idOf = (value: unknown) => (value as { readonly id: string }).id;

describe('300 random filters over 5,000 records', () => {
  it('the records mean what the tests take them to mean', () => {
    expect(RECORDS).toEqual(SAMPLES.map(({ value }) => value));
  });

  it.each(CASES)('$filter', ({ filter, expected }) => {
    const parsed = parseFilter(filter);
    const ids = expected.map(({ value }) => idOf(value));
    expect(RECORDS.filter((record) => evaluate(parsed, record)).map(idOf)).toEqual(ids);
    const bytes = prefilter(parsed);
    const candidates = [...(bytes?.mayMatchOf(BLOCK) ?? linesOf(BLOCK))].map((line) => RECORD_AT.get(line.byteOffset));
    expect(candidates.filter((record) => evaluate(parsed, record)).map(idOf)).toEqual(ids);
    expect(expected.filter(({ line }) => bytes?.mayMatch(line) === false)).toEqual([]);
    const { from, to } = timeBounds(parsed, 'createdDateTime');
    expect(expected.filter(({ value }) => !isWithin(value, from, to))).toEqual([]);
  });

  it.each(CASES.filter((_, index) => index % 10 === 0))(
    '$filter gives the lines themselves',
    ({ filter, expected }) => {
      const lines = [...matcher(parseFilter(filter)).matchesOf(BLOCK)].map(String);
      expect(lines).toEqual(expected.map(({ line }) => String(line)));
    },
  );

  it('are worth the trouble: most have matches but not all records, most prefilters reject, some bound the time', () => {
    const telling = CASES.filter(({ expected }) => expected.length > 0 && expected.length < SAMPLES.length);
    const parsed = CASES.map(({ filter }) => parseFilter(filter));
    const filters = parsed.map(prefilter).filter((bytes) => bytes !== undefined);
    const rejecting = filters.filter(({ mayMatch }) => SAMPLES.some(({ line }) => !mayMatch(line)));
    const bounding = parsed.filter((filter) => Object.keys(timeBounds(filter, 'createdDateTime')).length > 0);
    expect(telling.length).toBeGreaterThan(140);
    expect(filters.length).toBeGreaterThan(60);
    expect(rejecting.length).toBeGreaterThan(filters.length * 0.8);
    expect(bounding.length).toBeGreaterThan(10);
  });
});

/** Whether the place where a record is stored lies within bounds. */
function isWithin(value: Json, from: string | undefined, to: string | undefined): boolean {
  const stated = (value as { createdDateTime?: Json }).createdDateTime;
  const time = typeof stated === 'string' ? (ticks(stated) ?? 0n) : 0n;
  const stored = time > 0n ? time : 0n;
  return (
    (from === undefined || stored >= (ticks(from) as bigint)) && (to === undefined || stored < (ticks(to) as bigint))
  );
}
