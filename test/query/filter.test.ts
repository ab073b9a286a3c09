import { describe, expect, it } from 'vitest';
import { BadFilter } from '../../shared/query/badFilter.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { parseRecord } from '../../shared/query/filterRecord.ts';
import { BadQuery } from '../../shared/query/range.ts';

const RECORD = `{
  "id": "661b36", "createdDateTime": "2026-11-20T05:00:00.185138Z", "lastUpdatedDateTime": "2026-11-20T06:00:00.1851380+01:00",
  "userPrincipalName": "zoë.o'brien@contoso.example", "appId": "ABCDEF01-2345-4678-9abc-def012345678",
  "isInteractive": true, "flaggedForReview": false, "riskDetail": null, "resultReason": "", "oddDateTime": "soon",
  "ticks": 9007199254740993, "ratio": 78.376632690429688, "hundred": 1E+2, "negativeZero": -0.0, "errors": "0",
  "status": { "errorCode": 50126, "failureReason": "Invalid user name" }, "hasOwnProperty": "text", "__proto__": "own",
  "signInEventTypes": ["interactiveUser", null], "riskEventTypes_v2": [], "labels": ["a", "b"],
  "targetResources": [
    { "displayName": "Zoë", "type": "User", "modifiedProperties": [] },
    { "displayName": "Sales", "type": "Group", "modifiedProperties": [{ "displayName": "Name", "newValue": "\\"Sales\\"" }] }
  ]
}`;

const isTrue = (filter: string) => evaluate(parseFilter(filter), parseRecord(Buffer.from(RECORD), true));

const TRUE = [
  // equality
  "userPrincipalName eq 'zoë.o''brien@contoso.example'",
  "'zoë.o''brien@contoso.example' eq userPrincipalName",
  "userPrincipalName ne 'Zoë.O''Brien@contoso.example'",
  'status/errorCode eq 50126',
  'status/errorCode eq 50126.0',
  'status/errorCode eq 5.0126e4',
  'isInteractive eq true and flaggedForReview eq false',
  'isInteractive',
  'not flaggedForReview',
  // order
  'status/errorCode gt 50125 and status/errorCode ge 50126 and status/errorCode lt 50127 and status/errorCode le 50126',
  '50125 lt status/errorCode and 50126 le status/errorCode',
  '50127 gt status/errorCode and 50126 ge status/errorCode and 1 ne status/errorCode',
  "id gt '661b35' and id lt '661b4'",
  'status/errorCode gt -1',
  // digits that a double does not hold
  'ticks eq 9007199254740993',
  'ticks gt 9007199254740992 and ticks lt 9007199254740994',
  'ticks in (9007199254740993)',
  'ratio eq 78.37663269042969',
  'hundred eq 100',
  'negativeZero eq 0',
  // null and missing
  'riskDetail eq null and missing eq null and status/missing eq null and missing/deeper eq null and id/deeper eq null',
  'null eq missing',
  "resultReason ne null and resultReason eq ''",
  "missing ne 'x'",
  'not (missing gt 1) and not (null ge null)',
  // null of a function, by OData's logic
  "startswith(missing,'a') or isInteractive",
  "(not startswith(missing,'a')) eq null",
  "startswith(missing,'a') eq null",
  // types
  'errors ne 0 and not (errors gt 0)',
  "not contains(status/errorCode,'5')",
  "status ne 'x' and status ne null",
  "labels ne 'a' and labels ne null and not (labels eq null)",
  // times
  'createdDateTime eq 2026-11-20T05:00:00.185138Z',
  'createdDateTime eq 2026-11-20T05:00:00.18513800000000Z',
  'createdDateTime eq 2026-11-20T06:00:00.1851380+01:00',
  'createdDateTime gt 2026-11-20T05:00:00.1851379999999Z and createdDateTime lt 2026-11-20T05:00:00.18513800001Z',
  'createdDateTime ge 2026-11-20 and createdDateTime lt 2026-11-20T05:01Z',
  'createdDateTime gt 2026-11-20T05:00:00.0000009Z',
  'createdDateTime ne null and createdDateTime ne 2026-11-20t05:00:00z',
  'createdDateTime in (2026-11-20, 2026-11-20T05:00:00.185138Z)',
  'lastUpdatedDateTime eq createdDateTime',
  'oddDateTime ne 2026-11-20 and not (oddDateTime le 9999-12-31) and oddDateTime ne oddDateTime',
  // guids
  'appId eq abcdef01-2345-4678-9ABC-DEF012345678',
  "appId ne 'abcdef01-2345-4678-9abc-def012345678'",
  'id ne abcdef01-2345-4678-9ABC-DEF012345678',
  // in
  "id in ('x', '661b36')",
  "status/errorCode in (0,50126) and not (id in ('x'))",
  "riskDetail in (null,'none') and missing in (null)",
  // functions
  "startswith(userPrincipalName,'zo') and startsWith(userPrincipalName,'') and endsWith(userPrincipalName,'.example')",
  "contains(userPrincipalName,'o''brien') and not contains(userPrincipalName,'O''Brien')",
  "contains(toupper(userPrincipalName),'ZOË') and tolower('ZOË') eq 'zoë' and startswith(tolower(status/failureReason),'inv')",
  "tolower(status/errorCode) ne '50126'",
  "startswith(id,'661b36') eq true",
  // lambdas
  "signInEventTypes/any(t: t eq 'interactiveUser') and signInEventTypes/any(t:t eq null)",
  'signInEventTypes/any() and not riskEventTypes_v2/any() and not missing/any()',
  "riskEventTypes_v2/all(t: t eq 'x') and missing/all(t: t eq 'x') and riskDetail/all(t: t eq 'x')",
  "not id/any() and not id/all(t: t eq 'x') and not status/any()",
  "targetResources/any(t: t/displayName eq 'Sales' and t/type eq 'Group')",
  "not targetResources/any(t: t/displayName eq 'Sales' and t/type eq 'User')",
  "targetResources/all(t: t/type eq 'User' or t/type eq 'Group') and not targetResources/all(t: t/type eq 'User')",
  `targetResources/any(t: t/modifiedProperties/any(m: m/newValue eq '"Sales"' and contains(m/newValue,t/displayName)))`,
  "targetResources/any(t: id eq '661b36' and t/type eq 'User')",
  "labels/any(t: labels/missing ne null and t eq 'b')",
  "not labels/all(t: startswith(t,'a'))",
  // precedence, case, names
  "id eq 'x' and id eq 'x' or isInteractive",
  "isInteractive or id eq 'x' and id eq 'x'",
  "NOT(id eq 'x') AND Status/ErrorCode EQ 50126 Or FALSE",
  "USERPRINCIPALNAME eq 'zoë.o''brien@contoso.example'",
  'not not isInteractive',
  "hasOwnProperty eq 'text' and toString eq null and __proto__ eq 'own' and constructor/name eq null",
] as const;

describe('a filter', () => {
  it.each(TRUE)('is true of the record: %s', (filter) => {
    expect(isTrue(filter)).toBe(true);
  });

  it.each(TRUE.filter((filter) => !filter.includes(' eq null')))(
    'is not true of it when negated: not (%s)',
    (filter) => {
      expect(isTrue(`not (${filter})`)).toBe(false);
    },
  );

  it.each([
    "not startswith(missing,'a')",
    'missing',
    'missing and true',
    'null',
    'status/errorCode',
    'labels',
    'status',
    'oddDateTime eq oddDateTime',
  ])('leaves out a record for which it is null or no condition: %s', (filter) => {
    expect(isTrue(filter)).toBe(false);
  });

  it('compares integers as doubles when the record was parsed as such', () => {
    expect(evaluate(parseFilter('ticks eq 9007199254740992'), JSON.parse(RECORD))).toBe(true);
  });

  it('is held against values that are no objects without failing', () => {
    for (const value of [null, 5, 'text', [], true]) expect(evaluate(parseFilter("id eq 'x'"), value)).toBe(false);
  });
});

/** The refusal of a filter. */
function refusal(filter: string): BadFilter {
  try {
    parseFilter(filter, '$filter');
  } catch (error) {
    if (error instanceof BadFilter) return error;
    throw error;
  }
  return expect.fail(`${filter} was accepted`);
}

const list = (count: number) => `id in (${Array.from({ length: count }, () => '1').join(',')})`;
const nested = (depth: number) => `${'('.repeat(depth)}id eq 1${')'.repeat(depth)}`;
const joined = (parts: number) => Array.from({ length: parts }, () => 'a').join(' or ');

describe('a filter that cannot be used', () => {
  it.each([
    ['', 0, /a property, a value/, 'the end'],
    ['   ', 3, /a property, a value/, 'the end'],
    ['id eqq 1', 3, /an operator/, "'eqq'"],
    ["id 'x'", 3, /an operator/, "the text 'x'"],
    ['id eq', 5, /a property, a value/, 'the end'],
    ["id eq 'x' an b", 10, /^'and', 'or' or the end$/, "'an'"],
    ["id eq 'x')", 9, /^'and', 'or' or the end$/, "')'"],
    ["(id eq 'x'", 10, /^'and', 'or' or '\)'$/, 'the end'],
    ["id eq 'x", 8, /closing quote of the text that starts at character 7/, 'the end'],
    ["id eq 'x''", 10, /closing quote/, 'the end'],
    ['id eq "x"', 6, /sign of the filter language/, `'"'`],
    ['id == 1', 3, /sign of the filter language/, "'='"],
    ['id eq 1 eq 1', 8, /'and', 'or' or the end/, "'eq'"],
    ['not id eq 1', 7, /parentheses around/, "'eq'"],
    ['and id eq 1', 0, /a property, a value/, "'and'"],
    ['5', 0, /true or false/, '5'],
    ["'x' and isInteractive", 0, /true or false/, "the text 'x'"],
    ['isInteractive and tolower(id)', 18, /true or false/, 'tolower'],
    ['a/ eq 1', 3, /the name of a property/, "'eq'"],
    ['a/b-c eq 1', 2, /the name of a property/, "'b-c'"],
    ['a//b eq 1', 2, /the name of a property/, "'/'"],
    ['assigned/$count eq 0', 9, /sign of the filter language/, "'$'"],
    ['length(id) eq 1', 0, /startswith, endswith, contains/, "'length'"],
    ['startswith(id) eq true', 13, /^','$/, "')'"],
    ["tolower(id,'x') eq 'x'", 10, /^'\)'$/, "','"],
    ["contains(5,'x')", 9, /a property or a text/, '5'],
    ["contains(id,id eq 'x')", 15, /^'\)'$/, "'eq'"],
    ['id in 1', 6, /'\(' and the values/, "'1'"],
    ['id in ()', 7, /a value/, "')'"],
    ['id in (other)', 7, /a value/, "'other'"],
    ['id in (1,2', 10, /',' or '\)'/, 'the end'],
    ['id eq 12ab', 6, /a value/, "'12ab'"],
    ['id eq 1.', 6, /a value/, "'1.'"],
    ['id eq -', 6, /a value/, "'-'"],
    ['createdDateTime ge 2026-11-20T05:00:00', 19, /%2B/, "'2026-11-20T05:00:00'"],
    ['createdDateTime ge 2026-02-30', 19, /a value/, "'2026-02-30'"],
    ["createdDateTime ge '2026-11-20T05:00:00Z'", 19, /a time without quotes/, "the text '2026-11-20T05:00:00Z'"],
    ["'2026-11-20' le createdDateTime", 0, /a time without quotes/, "the text '2026-11-20'"],
    ['createdDateTime eq 5', 19, /a time without quotes/, '5'],
    ["createdDateTime in (2026-11-20,'x')", 31, /a time without quotes/, "the text 'x'"],
    ["time ge '2026'", 8, /a time without quotes/, "the text '2026'"],
    ["targetResources/displayName eq 'x'", 0, /'targetResources\/any\(x: …\)'/, "'targetResources'"],
    ["startswith(signInEventTypes,'x')", 11, /because it is a list/, "'signInEventTypes'"],
    ['targetResources/modifiedProperties/any()', 0, /because it is a list/, "'targetResources/modifiedProperties'"],
    [
      "targetResources/any(t: t/modifiedProperties/newValue eq 'x')",
      23,
      /because it is a list/,
      "'modifiedProperties'",
    ],
    ['labels/all()', 11, /the name of a property/, "')'"],
    ['labels/any(t eq 1)', 13, /':' after the variable 't'/, "'eq'"],
    ['labels/any(t: 5)', 14, /true or false/, '5'],
    ["labels/any(t: others/any(o: o eq 'x'))", 14, /starts with 't\/'/, 'another list'],
    ['a/any(x: x/b/any(y: x/b/any(z: z eq 1)))', 20, /starts with 'y\/'/, 'another list'],
    ['x'.repeat(4001), 4000, /at most 4000 characters/, '4001'],
    [list(501), 1007, /at most 500 values/, "'1'"],
    [nested(51), 51, /at most 50 deep/, "'id'"],
    [`${'not '.repeat(51)}id`, 204, /at most 50 deep/, "'id'"],
    [joined(200), 996, /at most 200 parts/, 'the end'],
  ] as const)('%s', (filter, position, expected, found) => {
    const error = refusal(filter);
    expect(error).toMatchObject({ parameter: '$filter', position, found });
    expect(error.expected).toMatch(expected);
    expect(error.message).toBe(
      `'$filter' is wrong at character ${position + 1}: expected ${error.expected}, found ${found}.`,
    );
    expect(error).toBeInstanceOf(BadQuery);
  });

  it('repeats only the beginning of what was found', () => {
    expect(refusal(`id eq ${'9x'.repeat(500)}`).found.length).toBeLessThan(50);
  });
});

describe('a filter of the greatest size', () => {
  it.each([
    ['a list of 500 values', list(500)],
    ['50 parentheses', nested(50)],
    ['199 parts joined', joined(199)],
    ['4,000 characters', `id eq '${'x'.repeat(4000 - 8)}'`],
  ])('%s is accepted', (_, filter) => {
    expect(isTrue(filter)).toBe(false);
  });
});
