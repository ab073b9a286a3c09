/** Everything of what this record names: a search in each log type that knows it, over the same range. */
import { useArchive } from '../../../state/archive.ts';
import { hrefOf } from '../../../state/place.ts';
import { followedOf } from './follow.ts';

interface FollowProps {
  /** Of the record. */
  readonly log: string;
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

/** Questions about what a record names. */
const QUESTIONS: Readonly<Record<string, readonly [name: string, title: string]>> = {
  user: ['pattern', 'Sign-in pattern'],
  application: ['sign-ins', 'Sign-ins over time'],
};

export function Follow({ log: ownLog, text, from, to }: FollowProps) {
  const logTypes = useArchive().logTypes.map(({ logType }) => logType);
  const followed = followedOf(text, logTypes);
  if (followed.length === 0) return <p>This record names no user, application, address or correlation id.</p>;
  return (
    <dl class="follow">
      {followed.map(({ name, value, searches }) => {
        const [question, title] = QUESTIONS[name] ?? [];
        return (
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
              {question && (
                <a class="button" href={hrefOf('questions', { log: ownLog, from, to, question, [name]: value })}>
                  {title}
                </a>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
