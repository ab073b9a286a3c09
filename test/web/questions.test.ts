/** The questions: what is counted is what the search behind each number finds, by the archive's own filter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { parseSelect } from '../../shared/query/select.ts';
import { withClause } from '../../web/filter/clauses.ts';
import { type AnswerRow, rowsOf } from '../../web/views/questions/answer.ts';
import { csvOf } from '../../web/views/questions/csv.ts';
import type { Question } from '../../web/views/questions/kinds.ts';
import { countQuery, readQuestion, stepFor } from '../../web/views/questions/place.ts';
import { DAY, WEEK } from '../../web/views/questions/steps.ts';
import { QUESTIONS } from '../../web/views/questions/table.ts';
import { createTally } from '../../web/views/questions/tally.ts';
import { partClause } from '../../web/views/questions/values.ts';
import { hourText, rowsOfHour, weekOf } from '../../web/views/questions/week.ts';
import { unescapeCell } from '../support/unescapeCell.ts';

const KEPT = [...LOG_TYPES.keys()];
/** A Monday. */
const FROM = Date.parse('2026-11-16T00:00:00Z');
const RANGE = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const SPAN = { from: FROM, to: FROM + WEEK };

const named = (name: string) => QUESTIONS.find((question) => question.name === name) as Question;
const timeFieldOf = (question: Question) => LOG_TYPES.get(question.logTypes[0] ?? '')?.timeField ?? '';

/** Counts records as the view does, of those that the question's own filter lets through. */
function answer(question: Question, records: readonly object[], { isWhole = true, filter = question.filter } = {}) {
  const step = stepFor(question, RANGE);
  const tally = createTally(question, timeFieldOf(question), step);
  const condition = filter === '' ? undefined : parseFilter(filter);
  for (const record of records) if (!condition || evaluate(condition, record)) tally.add(record);
  const rows = rowsOf(tally, { question, filter, ...RANGE, span: SPAN, step, isWhole, spans: [] });
  return { tally, rows };
}

const shown = (rows: readonly AnswerRow[]) =>
  rows.map(({ labels, total, parts }) => [...labels.map(({ name }) => name), ...parts, total]);

const audit = (activityDisplayName: string, result: string, targets: readonly object[], by: object) => ({
  activityDateTime: '2026-11-17T05:00:00.1234567Z',
  activityDisplayName,
  result,
  initiatedBy: by,
  targetResources: targets,
});
const ANNA = { user: { id: 'u1', userPrincipalName: 'anna@contoso.example' }, app: null };
const SYNC = { user: null, app: { servicePrincipalId: 's1', displayName: 'Sync' } };

describe('the questions', () => {
  it.each(QUESTIONS)('$name asks what the archive takes', (question) => {
    expect(question.logTypes.filter((name) => !LOG_TYPES.has(name))).toEqual([]);
    const { subject } = question;
    for (const typed of ['', "Anna.O'Hara@contoso.example", '00000000-0000-4000-8000-000000000001']) {
      const place = readQuestion({ question: question.name, ...(subject && { [subject.name]: typed }) }, KEPT, FROM);
      const query = countQuery(place, place.log ?? '', timeFieldOf(question));
      if (query.filter !== '') expect(() => parseFilter(query.filter)).not.toThrow();
      if (typed !== '' && subject) expect(query.filter.toLowerCase()).toContain(typed.toLowerCase().replace("'", "''"));
      expect(parseSelect(query.select).names).toContain(timeFieldOf(question));
    }
    const parts = question.split?.parts ?? [];
    expect(parts.filter(({ values }) => !values)).toEqual(parts.slice(-1));
  });

  it('have a name, a title and a sentence of their own each', () => {
    for (const of of ['name', 'title', 'answers'] as const)
      expect(new Set(QUESTIONS.map((question) => question[of])).size).toBe(QUESTIONS.length);
  });
});

describe('what is counted', () => {
  it('over time is each stretch of the range, with what of it is missing', () => {
    const at = (iso: string, errorCode: number) => ({ createdDateTime: iso, status: { errorCode } });
    const question = named('sign-ins');
    const records = [
      at('2026-11-16T00:00:00Z', 0),
      at('2026-11-16T02:59:59.9999999Z', 50126),
      at('2026-11-16T09:00:00Z', 0),
    ];
    const { rows, tally } = answer(question, [...records, { status: { errorCode: 0 } }]);
    expect([tally.total, tally.parts, tally.undated]).toEqual([4, [3, 1], 1]);
    expect(rows).toHaveLength(56);
    expect(shown(rows.slice(0, 4))).toEqual([[1, 1, 2], [0], [0], [1, 0, 1]]);
    expect(rows[0]?.search).toEqual({ from: RANGE.from, to: '2026-11-16T03:00:00Z', filter: '' });
    const partial = answer(question, records, { isWhole: false }).rows;
    expect(partial.slice(2, 5).map(({ total, note }) => [total, note])).toEqual([
      [0, ''],
      [1, 'counted in part'],
      [undefined, 'not counted yet'],
    ]);
  });

  it('of distinct users is each once in its week, and once in all', () => {
    const at = (iso: string, userId: string) => ({ createdDateTime: iso, userId, status: { errorCode: 0 } });
    const records = [at('2026-11-16T00:00:00Z', 'a'), at('2026-11-22T23:59:59Z', 'a'), at('2026-11-18T00:00:00Z', 'b')];
    const failed = { ...at('2026-11-18T00:00:00Z', 'c'), status: { errorCode: 1 } };
    const { tally, rows } = answer(named('weekly-users'), [...records, failed, at('2026-11-19T00:00:00Z', '')]);
    expect([tally.records, tally.total, shown(rows)]).toEqual([4, 2, [[2]]]);
  });

  it('of a user is each hour of the week', () => {
    const at = (iso: string) => ({ createdDateTime: iso });
    const { rows } = answer(named('pattern'), [
      at('2026-11-17T09:10:00Z'),
      at('2026-11-17T09:50:00Z'),
      at('2026-11-22T23:00:00Z'),
    ]);
    const week = weekOf(rows);
    expect(week.flatMap((count, hour) => (count > 0 ? [[hourText(hour), count]] : []))).toEqual([
      ['Tuesday, 09:00 to 10:00', 2],
      ['Sunday, 23:00 to 24:00', 1],
    ]);
    expect(rowsOfHour(rows, 33).map(({ search }) => search)).toEqual([
      { from: '2026-11-17T09:00:00Z', to: '2026-11-17T10:00:00Z', filter: '' },
    ]);
  });

  it('of values is the most frequent first, under the names that their keys have', () => {
    const signIn = (appId: string, appDisplayName: string, errorCode: number) => ({
      appId,
      appDisplayName,
      status: { errorCode },
    });
    const records = [signIn('1', 'Mail', 0), signIn('2', 'Mail', 0), signIn('2', 'Mail', 1), signIn('', '', 0)];
    const { rows } = answer(named('applications'), records);
    expect(shown(rows)).toEqual([
      ['Mail', 1, 1, 2],
      ['Mail', 1, 0, 1],
      ['(none)', 1, 0, 1],
    ]);
    expect(rows.map(({ labels, search }) => [labels[0]?.key, search?.filter])).toEqual([
      ['2', "appId eq '2'"],
      ['1', "appId eq '1'"],
      ['', "(appId eq null or appId eq '')"],
    ]);
  });

  it('of targets counts a record for each of them, by the name that stands in the records', () => {
    const user = {
      type: 'User',
      id: 'u2',
      displayName: null,
      userPrincipalName: 'ben@contoso.example',
      modifiedProperties: [{ displayName: 'Group.DisplayName', oldValue: null, newValue: '"Finance"' }],
    };
    const group = { type: 'Group', id: 'g1', displayName: null, modifiedProperties: [] };
    const { rows } = answer(named('groups'), [
      audit('Add member to group', 'success', [user, group], ANNA),
      audit('Add member to group', 'failure', [user, group, { ...group, id: 'g2', displayName: 'Sales' }], ANNA),
      audit('Add member to group', 'timeout', [user, group, group], ANNA),
      audit('Update group', 'success', [group], ANNA),
      audit('Remove owner from group', 'success', [], SYNC),
    ]);
    expect(shown(rows)).toEqual([
      ['Finance', 'Add member to group', 'anna@contoso.example', 1, 1, 1, 3],
      ['Sales', 'Add member to group', 'anna@contoso.example', 0, 1, 0, 1],
      ['(none)', 'Remove owner from group', 'Sync', 1, 0, 0, 1],
    ]);
    expect(rows.at(-1)?.search).toBeUndefined();
  });

  it('is bounded: what is past it is counted together, and called so', () => {
    const question = named('applications');
    const tally = createTally(question, 'createdDateTime', DAY, { rows: 2, distinct: 9 });
    for (const appId of ['1', '2', '3', '4', '3', '1']) tally.add({ appId, status: { errorCode: 0 } });
    const rows = rowsOf(tally, { question, filter: '', ...RANGE, span: SPAN, step: DAY, isWhole: true, spans: [] });
    expect([tally.isCut, shown(rows)]).toEqual([
      true,
      [
        ['1', 2, 0, 2],
        ['2', 1, 0, 1],
        ['(all others)', 3, 0, 3],
      ],
    ]);
    expect(rows.at(-1)?.search).toBeUndefined();
    const users = createTally(named('weekly-users'), 'createdDateTime', WEEK, { rows: 9, distinct: 4 });
    for (const userId of ['a', 'b', 'c']) users.add({ createdDateTime: RANGE.from, userId });
    expect([users.isCut, users.total]).toEqual([true, 2]);
  });
});

const word = fc.constantFrom('', 'a', 'b', "O'Hara");
const activityName = fc.constantFrom('Consent to application', 'Add member to group', 'Reset Password', 'Add user');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
/** An id is of one object, and an object of one type. */
const TARGET = fc
  .record({
    type: fc.constantFrom(null, 'User', 'Group', 'ServicePrincipal'),
    id: maybe(word),
    displayName: maybe(word),
  })
  .map(({ id, ...target }) => ({ ...target, id: id && `${id} ${target.type}` }));
const RECORD = fc.record(
  {
    createdDateTime: fc.integer({ min: 0, max: WEEK - 1 }).map((after) => new Date(FROM + after).toISOString()),
    activityDateTime: fc.integer({ min: 0, max: WEEK - 1 }).map((after) => new Date(FROM + after).toISOString()),
    status: fc.record(
      { errorCode: maybe(fc.constantFrom(0, 50126)), failureReason: maybe(word) },
      { requiredKeys: [] },
    ),
    userId: maybe(word),
    appId: maybe(word),
    appDisplayName: maybe(word),
    result: maybe(fc.constantFrom('success', 'failure', 'timeout')),
    activityDisplayName: maybe(activityName),
    initiatedBy: fc.record({
      user: maybe(fc.record({ id: maybe(word) })),
      app: maybe(fc.record({ servicePrincipalId: maybe(word), displayName: maybe(word) })),
    }),
    targetResources: maybe(fc.array(TARGET, { minLength: 1, maxLength: 3 })),
    targetSystem: maybe(fc.record({ id: maybe(word), displayName: maybe(word) })),
    provisioningAction: maybe(word),
    provisioningStatusInfo: maybe(
      fc.record({ status: maybe(fc.constantFrom('success', 'failure', 'skipped', 'warning')) }),
    ),
  },
  { requiredKeys: ['createdDateTime', 'activityDateTime', 'activityDisplayName', 'targetResources'] },
);

describe('the search behind a number', () => {
  const counting = QUESTIONS.filter(({ distinct }) => distinct === undefined);
  it.each(counting)('finds as many records as $name counted, in all and in each part', (question) => {
    const within = ({ from, to }: { from: string; to: string }, record: object) => {
      const time = (record as Record<string, string>)[timeFieldOf(question)] ?? '';
      return Date.parse(time) >= Date.parse(from) && Date.parse(time) < Date.parse(to);
    };
    let searches = 0;
    fc.assert(
      fc.property(fc.array(RECORD, { minLength: 8, maxLength: 16 }), (records) => {
        for (const { search, total, parts } of answer(question, records).rows) {
          if (!search || total === 0) continue;
          searches += 1;
          const found = (filter: string) => {
            const condition = filter === '' ? undefined : parseFilter(filter);
            return records.filter((record) => within(search, record) && (!condition || evaluate(condition, record)))
              .length;
          };
          expect(found(search.filter), search.filter).toBe(total);
          if (!question.split || parts.length === 0) continue;
          const { split } = question;
          expect(split.parts.map((part) => found(withClause(search.filter, partClause(split, part))))).toEqual(parts);
        }
      }),
      { numRuns: 100 },
    );
    expect(searches).toBeGreaterThan(10);
  });
});

describe('an answer as CSV', () => {
  it('has names and keys, no formula, and says what is partial', () => {
    const signIn = (appId: string, appDisplayName: string) => ({ appId, appDisplayName, status: { errorCode: 0 } });
    const question = named('applications');
    const { rows } = answer(question, [signIn('1', '=HYPERLINK("x")'), signIn('1', '@a'), signIn('2', 'A, "b"')], {
      isWhole: false,
    });
    expect(csvOf(question, rows)).toBe(
      [
        '\ufeffApplication,Application id,success,failure,sign-ins,note',
        '"\'=HYPERLINK(""x"")",1,2,0,2,counted in part',
        '"A, ""b""",2,1,0,1,counted in part',
        '',
      ].join('\r\n'),
    );
    expect(unescapeCell('\'=HYPERLINK("x")')).toBe('=HYPERLINK("x")');
  });

  it('leaves empty what was not counted', () => {
    const question = named('sign-ins');
    const { rows } = answer(question, [{ createdDateTime: RANGE.from, status: { errorCode: 7 } }], { isWhole: false });
    expect(csvOf(question, rows).split('\r\n').slice(1, 3)).toEqual([
      '2026-11-16T00:00:00Z,2026-11-16T03:00:00Z,0,1,1,counted in part',
      '2026-11-16T03:00:00Z,2026-11-16T06:00:00Z,,,,not counted yet',
    ]);
  });
});
