/** What can be done with a search as a whole: choose columns, copy it as a command, take all of it along. */
import { curlOf } from '../../api/curl.ts';
import { hasSignIn } from '../../api/signIn.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { hrefOf } from '../../state/place.ts';
import { readPurpose } from '../../state/purpose.ts';
import type { QueryPlace } from '../../state/query.ts';
import { change } from '../../state/usePlace.ts';
import { ColumnPicker } from './ColumnPicker.tsx';
import type { Column } from './columns.ts';
import { rememberColumns } from './rememberedColumns.ts';

interface ToolsProps {
  readonly place: QueryPlace;
  readonly columns: readonly Column[];
  readonly shown: readonly string[];
}

export function Tools({ place, columns, shown }: ToolsProps) {
  const { log, from, to, filter, versions } = place;
  const query = { from, to, filter, versions };
  return (
    <span class="tools">
      <ColumnPicker
        columns={columns}
        shown={shown}
        onPick={(paths) => {
          rememberColumns(log, paths);
          change({ columns: paths?.join(',') });
        }}
      />
      <CopyButton
        label="Copy as curl"
        text={curlOf(location.origin, `logs/${log}`, query, hasSignIn(), readPurpose())}
      />
      <a class="button" href={hrefOf('take', { log, ...query })}>
        Take along
      </a>
    </span>
  );
}
