/** Fields that a filter names and no record is known to have. */
import { describe, expect, it } from 'vitest';
import { SUBJECT_FIELDS } from '../../shared/archive/subjectFields.ts';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { unknownFields } from '../../shared/query/unknownFields.ts';
import { clauseOf } from '../../web/filter/clauses.ts';
import { exampleFor } from '../../web/filter/examples.ts';
import { QUESTIONS } from '../../web/views/questions/table.ts';
import { shownAtFirst } from '../../web/views/search/columns.ts';

const unknown = (logType: string, filter: string) => unknownFields(logType, parseFilter(filter));

describe('a filter', () => {
  it.each([
    ['nonInteractiveSignIns', "userPrincipleName eq 'anna@contoso.example'", ['userPrincipleName']],
    ['nonInteractiveSignIns', 'nosuchfield eq 1 or not (nosuchfield eq 2)', ['nosuchfield']],
    ['nonInteractiveSignIns', "status/errorKode ne 0 and contains(tolower(apId),'x')", ['status/errorKode', 'apId']],
    ['nonInteractiveSignIns', "activityDisplayName eq 'Add user'", ['activityDisplayName']],
    ['nonInteractiveSignIns', "USERPRINCIPALNAME eq 'a' and location/city eq null and status ne null", []],
    ['directoryAudits', "targetResources/any(t: t/anything eq 'x')", []],
    ['directoryAudits', "target/any(t: t/id eq 'x')", ['target']],
    ['provisioning', "sourceSystem/details/ApplicationId eq 'x'", []],
  ])('of %s: %s', (logType, filter, expected) => {
    expect(unknown(logType, filter)).toEqual(expected);
  });

  it.each([...LOG_TYPES.values()])('of $name may name its subjects and what the page shows', ({ name, timeField }) => {
    const { ids, addresses } = SUBJECT_FIELDS[name] ?? { ids: [], addresses: [] };
    const paths = [...ids, ...addresses].map((path) => path.replaceAll('[]', '/*'));
    for (const path of [...paths, ...shownAtFirst(name, timeField)]) {
      expect(unknown(name, clauseOf(path.split('/'), 'null', 'eq') ?? '')).toEqual([]);
    }
    expect(unknown(name, exampleFor(name))).toEqual([]);
  });

  it.each(QUESTIONS)('of the question "$title" names what there is', ({ logTypes, filter }) => {
    expect(logTypes.flatMap((name) => (filter === '' ? [] : unknown(name, filter)))).toEqual([]);
  });
});
