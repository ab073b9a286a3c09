/** Our side of a search: the production flow with a filter. */
import { exportRange } from '../../../shared/export.ts';
import { parseFilter } from '../../../shared/query/filter.ts';
import { matcher } from '../../../shared/query/matcher.ts';
import { inflated } from '../../../shared/serve/encode.ts';
import { LOG_TYPE } from '../window.ts';
import { openArchive, RANGE, rawBytesOf, report, USER } from './side.ts';

const { deps, segments } = await openArchive();
const filter = matcher(parseFilter(`userPrincipalName eq '${USER}'`));

await report(async () => {
  const { pieces } = await exportRange(deps, LOG_TYPE, { range: RANGE, versions: 'latest', filter });
  let text = '';
  for await (const chunk of inflated(pieces)) text += chunk;
  return { records: text.split('\n').length - 1, rawBytes: rawBytesOf(segments), sentBytes: text.length };
});
