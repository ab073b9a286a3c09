/** Which values of a line its sketch holds: every string of the chosen fields, at any depth, however it is written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { BrokenPage } from '../../shared/archive/brokenPage.ts';
import { addValues, hashValue, layerOf, type Values } from '../../shared/archive/sketchValues.ts';
import { type Json, makeSamples, write } from '../query/filterRecords.ts';

function valuesOf(...lines: string[]): Values {
  const values: Values = { actors: new Set(), events: new Set() };
  addValues(Buffer.from(lines.map((line) => `${line}\n`).join('')), values);
  return values;
}

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

/** What a walk over the parsed record finds. */
function walked(value: unknown, own = true, into: Values = { actors: new Set(), events: new Set() }): Values {
  if (typeof value !== 'object' || value === null) return into;
  for (const [key, held] of Object.entries(value)) {
    const layer = Array.isArray(value) ? undefined : layerOf(key, own);
    if (layer && typeof held === 'string') into[layer].add(hashValue(held));
    walked(held, false, into);
  }
  return into;
}

describe('the values of a record', () => {
  it('are the strings of fields that are searched by, at any depth', () => {
    const { actors, events } = valuesOf(
      JSON.stringify({
        id: 'own',
        correlationId: 'c',
        userId: 'u',
        ipAddress: '',
        appId: null,
        resultReason: 'not searched by value',
        initiatedBy: { user: { id: 'inner', userPrincipalName: 'a@b' } },
        targetResources: [{ id: 't', modifiedProperties: [{ displayName: 'd', newValue: 'n' }] }, 'id', ['appId']],
      }),
      '{"id":"second","requestId":7}',
    );
    expect(sorted(actors)).toEqual(sorted(['u', '', 'inner', 'a@b', 't', 'd'].map(hashValue)));
    expect(sorted(events)).toEqual(sorted(['own', 'c', 'second'].map(hashValue)));
  });

  it('are found under names in any case and with escapes, the Kelvin sign included', () => {
    for (const key of ['userId', 'USERID', 'us\\u0065rId', 'UserI\\u0044'])
      expect(sorted(valuesOf(`{"${key}":"x"}`).actors)).toEqual([hashValue('x')]);
    for (const key of [
      'uniqueTokenIdentifier',
      'uniqueToKenIdentifier',
      'uniqueTo\u212aenIdentifier',
      'uniqueTo\\u212AenIdentifier',
    ])
      expect(sorted(valuesOf(`{"${key}":"x"}`).events)).toEqual([hashValue('x')]);
  });

  it('are all of them where a key occurs twice', () => {
    expect(sorted(valuesOf('{"appId":"a","appId":"b"}').actors)).toEqual(sorted(['a', 'b'].map(hashValue)));
  });

  it('are the same however a text is written, and whatever the case of its ASCII letters', () => {
    for (const text of ['Kim', 'kim', '\\u004bim', '\u212aim', '\\u212aim', 'K\\u0069m'])
      expect(sorted(valuesOf(`{"userId":"${text}"}`).actors)).toEqual([hashValue('KIM')]);
    expect(hashValue('Zo\u00cb')).not.toBe(hashValue('Zo\u00eb'));
  });

  it('are those that a walk over the parsed record finds, for 5,000 whimsical ones', () => {
    for (const { line } of makeSamples(5, 5000)) {
      const found = valuesOf(String(line));
      const all = walked(JSON.parse(String(line)));
      // The bytes also give values of keys that a later one of the same name hides.
      expect(sorted(all.actors).filter((value) => !found.actors.has(value))).toEqual([]);
      expect(sorted(all.events).filter((value) => !found.events.has(value))).toEqual([]);
    }
  });

  it('are exactly those, where no key occurs twice', () => {
    const name = fc.constantFrom(
      'id',
      'appId',
      'APPID',
      'correlationId',
      'x',
      'userDisplayName',
      'resourceId',
      'displayname',
    );
    const tree = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(null, true, 5),
        fc.array(tie('value')),
        fc.dictionary(name, tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(name, tree, { noNullPrototype: true }), fc.integer(), (record, seed) => {
        const escapes = (seed & 3) / 4;
        const text = JSON.stringify(record);
        const found = valuesOf(escapes === 0 ? text : plainly(record, seed, escapes));
        const all = walked(JSON.parse(text));
        expect(sorted(found.actors)).toEqual(sorted(all.actors));
        expect(sorted(found.events)).toEqual(sorted(all.events));
      }),
      { numRuns: 1000 },
    );
  });

  it('cannot be had of what is not JSON', () => {
    for (const line of ['{"id":"x"', '[]', '{"id":x}', '{}}']) expect(() => valuesOf(line)).toThrow(BrokenPage);
  });
});

/** JSON with needless escapes, keys as they are. */
function plainly(value: Json, seed: number, escapes: number): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => plainly(item, seed, escapes)).join(',')}]`;
  if (typeof value === 'string') return write(value, new Random(seed, 1, 2), escapes);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, held]) => `${JSON.stringify(key)}:${plainly(held, seed, escapes)}`);
  return `{${members.join(',')}}`;
}
