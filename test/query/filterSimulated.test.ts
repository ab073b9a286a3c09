/** Random filters over the records of the simulated tenant, of every kind and with all its awkward shapes. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { STREAMS } from '../../dev/graphSimulator/streams.ts';
import { createTenant } from '../../dev/graphSimulator/tenant.ts';
import { BadFilter } from '../../shared/query/badFilter.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { parseRecord } from '../../shared/query/filterRecord.ts';
import type { Filter } from '../../shared/query/filterTree.ts';
import { linesOf, prefilter } from '../../shared/query/prefilter.ts';
import { judge, makeModel, render } from './filterModel.ts';
import type { Json } from './filterRecords.ts';

const FIRST_HOUR = 495_000;
const HOURS = 30;

const tenant = createTenant(3, 4000);
const LINES = [...STREAMS.values()].flatMap((stream) =>
  Array.from({ length: HOURS }, (_, step) => FIRST_HOUR + step).flatMap((hour) =>
    [...tenant.hour(stream, hour).ticks.keys()]
      .slice(0, 12)
      .map((index) => tenant.bytes({ stream, hour, index, changed: false, v1: false }))
      .map((bytes) => bytes.toString().replaceAll(/[\r\n]/g, '')),
  ),
);
const BLOCK = Buffer.from(LINES.map((line) => `${line}\n`).join(''));
const RECORDS = LINES.map((line) => parseRecord(Buffer.from(line), true) as Json);
const RECORD_AT = new Map([...linesOf(BLOCK)].map((line, index) => [line.byteOffset, RECORDS[index]]));

/** A filter that makes sense; `undefined` for one that takes a list for a value, which the records alone cannot tell. */
function parsed(text: string): Filter | undefined {
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof BadFilter) return undefined;
    throw error;
  }
}

const random = new Random(3, 150, 9);
const CASES = Array.from({ length: 150 }, () => {
  const model = makeModel(random, random.pick(RECORDS), 2);
  return { model, text: render(model), filter: parsed(render(model)) };
}).filter(({ filter }) => filter !== undefined);

describe('random filters over simulated records', () => {
  it('are many, over many', () => {
    expect(CASES.length).toBeGreaterThan(120);
    expect(RECORDS.length).toBeGreaterThan(1000);
  });

  it.each(CASES)('$text', ({ model, filter }) => {
    const expected = RECORDS.filter((record) => judge(model, record) === true);
    const held = (record: unknown) => evaluate(filter as Filter, record);
    expect(RECORDS.filter(held)).toEqual(expected);
    const candidates = [...(prefilter(filter as Filter)?.mayMatchOf(BLOCK) ?? linesOf(BLOCK))];
    expect(candidates.map((line) => RECORD_AT.get(line.byteOffset)).filter(held)).toEqual(expected);
  });
});
