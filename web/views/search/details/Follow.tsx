/** Everything of what this record names: a search in each log type that knows it, over the same range. */
import { useArchive } from '../../../state/archive.ts';
import { hrefOf } from '../../../state/place.ts';
import { followedOf } from './follow.ts';

interface FollowProps {
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

export function Follow({ text, from, to }: FollowProps) {
  const logTypes = useArchive().logTypes.map(({ logType }) => logType);
  const followed = followedOf(text, logTypes);
  if (followed.length === 0) return <p>This record names no user, application, address or correlation id.</p>;
  return (
    <dl class="follow">
      {followed.map(({ name, value, searches }) => (
        <div key={name}>
          <dt>
            Everything of this {name} <code>{value}</code>
          </dt>
          <dd>
            {searches.map(({ log, filter }) => (
              <a key={log} class="button" href={hrefOf('search', { log, from, to, filter })}>
                {log}
              </a>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
