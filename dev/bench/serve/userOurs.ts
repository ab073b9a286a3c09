/** Our side of a search: the production flow with a filter, over a day whose sketches were made before, as pull runs do. */
import { exportRange } from '../../../shared/export.ts';
import { parseFilter } from '../../../shared/query/filter.ts';
import { matcher } from '../../../shared/query/matcher.ts';
import { inflated } from '../../../shared/serve/encode.ts';
import { buildDay } from '../../../shared/sketchBuild.ts';
import { LOG_TYPE } from '../window.ts';
import { openArchive, RANGE, rawBytesOf, report, USER } from './side.ts';

const { deps, segments } = await openArchive();
const filter = matcher(parseFilter(`userPrincipalName eq '${USER}'`));

for (const [day, ofDay] of Map.groupBy(segments, ({ minTime }) => minTime.slice(0, 10))) {
  await buildDay(deps, LOG_TYPE, day, ofDay, undefined, () => true);
}

await report(async () => {
  const { pieces } = await exportRange(deps, LOG_TYPE, { range: RANGE, versions: 'latest', filter });
  let text = '';
  for await (const chunk of inflated(pieces)) text += chunk;
  return { records: text.split('\n').length - 1, rawBytes: rawBytesOf(segments), sentBytes: text.length };
});
