/** What a filter needs: whatever values a matching record may hold, its need is met. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { addValues, hashValue, type Values } from '../../shared/archive/sketchValues.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { mayBeMet, type ValueNeed, valueNeedOf } from '../../shared/query/filterValueNeeds.ts';
import { judge, makeModel, render } from './filterModel.ts';
import { makeSamples } from './filterRecords.ts';

const needOf = (filter: string) => valueNeedOf(parseFilter(filter).condition);
const value = (layer: 'actors' | 'events', text: string): ValueNeed => ({
  kind: 'value',
  layer,
  value: hashValue(text),
});

function valuesOf(line: Buffer): Values {
  const values: Values = { actors: new Set(), events: new Set() };
  addValues(line, values);
  return values;
}

const GUID = 'abcdef01-2345-4678-9abc-def012345678';

describe('the need of a filter', () => {
  it.each<[string, ValueNeed | undefined]>([
    ["userPrincipalName eq 'a@b'", value('actors', 'a@b')],
    ["'a@b' eq USERPRINCIPALNAME", value('actors', 'A@B')],
    [`appId eq ${GUID.toUpperCase()}`, value('actors', GUID)],
    ["tolower(userPrincipalName) eq 'kim@b'", value('actors', 'kim@b')],
    ["id eq 'x'", value('events', 'x')],
    ["initiatedBy/user/id eq 'x'", value('actors', 'x')],
    ["targetResources/any(t: t/id eq 'x')", value('actors', 'x')],
    ["ipAddress in ('1','2')", { kind: 'or', parts: [value('actors', '1'), value('actors', '2')] }],
    ["userId eq 'u' and correlationId eq 'c'", { kind: 'and', parts: [value('actors', 'u'), value('events', 'c')] }],
    ["userId eq 'u' and status/errorCode eq 0", value('actors', 'u')],
    ["userId eq 'u' or userId eq 'v'", { kind: 'or', parts: [value('actors', 'u'), value('actors', 'v')] }],
    ["userId eq 'u' or status/errorCode eq 0", undefined],
    ["userId ne 'u'", undefined],
    ["not (userId eq 'u')", undefined],
    ["startswith(userId,'u')", undefined],
    ["userId in ('u', null)", undefined],
    ['userId eq null', undefined],
    ['userId eq appId', undefined],
    ["tolower(userDisplayName) eq 'zo\u00eb'", undefined],
    ["toupper(userDisplayName) eq 'STRASSE'", undefined],
    ["resultReason eq 'x'", undefined],
    ["targetResources/all(t: t/id eq 'x')", undefined],
    ['targetResources/any()', undefined],
  ])('%s', (filter, need) => {
    expect(needOf(filter)).toEqual(need);
  });

  it('is met by every record that the filter is true of, for 3,000 random filters over 300 records', () => {
    const random = new Random(41, 3000, 9);
    const samples = makeSamples(23, 300).map((sample) => ({ ...sample, values: valuesOf(sample.line) }));
    let [known, rejected] = [0, 0];
    for (let n = 0; n < 3000; n += 1) {
      const model = makeModel(random, random.pick(samples).value);
      const need = needOf(render(model));
      if (!need) continue;
      known += 1;
      const met = ({ values }: (typeof samples)[number]) => mayBeMet(need, (layer, each) => values[layer].has(each));
      const matching = samples.filter((sample) => judge(model, sample.value) === true);
      expect(matching.filter((sample) => !met(sample)).map(({ line }) => `${render(model)}: ${line}`)).toEqual([]);
      rejected += samples.filter((sample) => !met(sample)).length;
    }
    expect(known).toBeGreaterThan(200);
    expect(rejected).toBeGreaterThan(known * 150);
  });
});
