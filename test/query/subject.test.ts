/** Whom a request is about, and which records name them. */
import { describe, expect, it } from 'vitest';
import { addressIn } from '../../shared/archive/address.ts';
import { addValues, type Values } from '../../shared/archive/sketchValues.ts';
import { SUBJECT_FIELDS } from '../../shared/archive/subjectFields.ts';
import { mayBeMet } from '../../shared/query/filterValueNeeds.ts';
import { readSubject } from '../../shared/query/subject.ts';
import { subjectMatcher, subjectPaths } from '../../shared/query/subjectMatcher.ts';
import { KNOWN } from '../../shared/settings.ts';

const subjectOf = (user: string) => readSubject(new URLSearchParams({ user }));
const ID = '0f8a6c2e-93b1-4d57-8e20-6b5d4c3a2f10';
/** 2001:db8::7, in the forms that RFC 4291 and 5952 know, with a port and with a zone. */
const FORMS = [
  '2001:db8::7',
  '2001:DB8::7',
  '2001:0db8:0000:0000:0000:0000:0000:0007',
  '2001:db8:0:0:0:0:0:7',
  '2001:db8:0::7',
  '2001:db8::0.0.0.7',
  '[2001:db8::7]',
  '[2001:0DB8::7]:443',
  '2001:db8::7%eth0',
];
const FORMS_OF_FOUR = [
  '203.0.113.7',
  '203.0.113.7:50123',
  '::ffff:203.0.113.7',
  '::FFFF:cb00:7107',
  '0:0:0:0:0:ffff:cb00:7107',
];

describe('an address', () => {
  it('is the same in every form, and no other text is one', () => {
    expect(new Set(FORMS.map(addressIn))).toEqual(new Set(['2001:db8:0:0:0:0:0:7']));
    expect(new Set(FORMS_OF_FOUR.map(addressIn))).toEqual(new Set(['203.0.113.7']));
    expect(['::', '::1', '1::', '::1.2.3.4'].map(addressIn)).toEqual([
      '0:0:0:0:0:0:0:0',
      '0:0:0:0:0:0:0:1',
      '1:0:0:0:0:0:0:0',
      '0:0:0:0:0:0:102:304',
    ]);
    for (const text of ['', '1', '1.2.3', '1.2.3.256', '2001:db8::7::1', 'g::1', '1.2.3.4:', ':::', '12:30', 'a@b'])
      expect(addressIn(text)).toBeUndefined();
  });
});

describe('a subject', () => {
  it.each([
    [ID.toUpperCase(), 'id', ID],
    [' Anna@Contoso.com ', 'name', 'anna@contoso.com'],
    ['anna_x.org#EXT#@contoso.com', 'name', 'anna_x.org#ext#@contoso.com'],
    ["o'hara@contoso.com", 'name', "o'hara@contoso.com"],
    ['203.0.113.7', 'address', '203.0.113.7'],
    ['2001:0DB8::0007', 'address', '2001:db8:0:0:0:0:0:7'],
  ])('%j is the %s %s', (user, kind, value) => {
    expect(subjectOf(user)).toEqual({ kind, value });
  });

  it.each([
    '',
    ' ',
    'anna',
    '@',
    'a@',
    '@b',
    'a b@c',
    'a@b\nc',
    `${'a'.repeat(320)}@b`,
    ID.slice(1),
    '1.2.3',
    '\u{1f600}',
  ])('is not %j, and the refusal shows a right one', (user) => {
    expect(() => subjectOf(user)).toThrow(/A right example: user=anna@contoso\.com/);
  });

  it('is looked for in every log type that there is', () => {
    expect(Object.keys(SUBJECT_FIELDS).sort()).toEqual([...KNOWN.keys()].sort());
  });
});

/** Of each field and text in the table a record that names the subject there, and how else it may be written. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  [ID]: [ID, ID.toUpperCase()],
  'anna@contoso.com': ['anna@contoso.com', 'Anna@Contoso.COM'],
  'kim@contoso.com': ['kim@contoso.com', '\u212aIM@contoso.com'],
  '2001:db8::7': FORMS,
  '203.0.113.7': FORMS_OF_FOUR,
};

/** A record with a value at the end of a path; names of fields in whatever case. */
function recordWith(path: string, value: string, upper: boolean): Buffer {
  const build = (names: readonly string[]): unknown => {
    const [name = '', ...rest] = names;
    if (name === '') return value;
    const plain = name.replace('[]', '').replace('*', 'whatever');
    const inner = build(rest);
    return { [upper ? plain.toUpperCase() : plain]: name.endsWith('[]') ? [{ other: 1 }, inner] : inner };
  };
  return Buffer.from(JSON.stringify({ first: 'x', ...(build(path.split('/')) as object), last: null }));
}

describe('a record', () => {
  const CASES = Object.keys(WRITTEN).flatMap((user) =>
    Object.keys(SUBJECT_FIELDS).map((logType) => [user, logType] as const),
  );

  it.each(CASES)('that names %s in any field of %s matches, and sketches would not leave it out', (user, logType) => {
    const subject = subjectOf(user);
    const fields = SUBJECT_FIELDS[logType];
    if (!fields) throw new Error('no row');
    for (const withTexts of [true, false]) {
      const paths = subjectPaths(fields, subject, withTexts);
      const matcher = subjectMatcher(subject, paths);
      for (const upper of [true, false])
        for (const form of WRITTEN[user] ?? []) {
          const named = paths.fields.map((path) => recordWith(path, form, upper));
          const told = paths.texts.map((path) => recordWith(path, `said "${form}", or so.`, upper));
          for (const line of [...named, ...told, ...named.map(escaped)]) {
            expect(matcher?.matches(line), String(line)).toBe(true);
            expect([...(matcher?.matchesOf(Buffer.concat([line, Buffer.from('\n')])) ?? [])]).toEqual([line]);
            const { need } = matcher ?? {};
            if (need)
              expect(
                mayBeMet(need, (layer, value) => valuesOf(line)[layer].has(value)),
                String(line),
              ).toBe(true);
          }
        }
      // Of texts, and of our own access log, sketches tell nothing; of the rest they do.
      const isTold = paths.texts.length === 0 && paths.fields.length > 0 && logType !== 'archiveAccess';
      expect(matcher?.need !== undefined).toBe(isTold);
    }
  });

  it.each([
    'mira@x.example',
    "User 'Mira@x.example' was seen.",
    'mira@x.example. And then',
    'mailto:mira@x.example?subject=x',
    '["MIRA@X.EXAMPLE"]',
    '\\u0027mira@x.example\\u0027',
    '\\nmira@x.example\\n',
    '%27mira@x.example%27',
    'amira@x.example, mira@x.example',
    '7c1d2e3f93b14d578e206b5d4c3a2f10mira@x.example',
    'i:0#.f|membership|mira@x.example',
  ])('matches a name in the text %s', (text) => {
    const subject = subjectOf('mira@x.example');
    const paths = subjectPaths(SUBJECT_FIELDS.directoryAudits as never, subject, true);
    const line = Buffer.from(JSON.stringify({ additionalDetails: [{ value: text }] }));
    expect(subjectMatcher(subject, paths)?.matches(line)).toBe(true);
  });

  it('that only looks like it does not match', () => {
    const near = [
      ['directoryAudits', 'anna@contoso.com', '{"initiatedBy":{"user":{"userPrincipalName":"joanna@contoso.com"}}}'],
      ['interactiveSignIns', 'anna@contoso.com', '{"userAgent":"anna@contoso.com"}'],
      ['interactiveSignIns', ID, `{"id":"${ID}","correlationId":"${ID}"}`],
      ['interactiveSignIns', '203.0.113.7', '{"ipAddress":"203.0.113.77"}'],
      ['directoryAudits', '203.0.113.7', '{"additionalDetails":[{"value":"from 203.0.113.70 and 1203.0.113.7"}]}'],
      ['directoryAudits', '2001:db8::7', '{"additionalDetails":[{"value":"1:2001:db8::7 2001:db8::71"}]}'],
      ['interactiveSignIns', '203.0.113.7', '{"ipAddress":["203.0.113.7"]}'],
      ['directoryAudits', 'mira@x.example', '{"additionalDetails":[{"value":"amira@x.example, a.mira@x.example"}]}'],
      ['directoryAudits', 'mira@x.example', '{"additionalDetails":[{"value":"mira@x.example.org; mira@x.example-2"}]}'],
      ['directoryAudits', ID, `{"additionalDetails":[{"value":"f${ID}0"}]}`],
    ] as const;
    const wrong = near.filter(([logType, user, line]) => {
      const subject = subjectOf(user);
      const paths = subjectPaths(SUBJECT_FIELDS[logType] as never, subject, true);
      return subjectMatcher(subject, paths)?.matches(Buffer.from(line));
    });
    expect(wrong.map(([, , line]) => line)).toEqual([]);
  });
});

function valuesOf(line: Buffer): Values {
  const values: Values = { actors: new Set(), events: new Set() };
  addValues(line, values);
  return values;
}

/** The same record with every letter of its texts as an escape. */
function escaped(line: Buffer): Buffer {
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(String(line).replace(/"[^"\\]*"/g, (text) => `"${[...text.slice(1, -1)].map(code).join('')}"`));
}
