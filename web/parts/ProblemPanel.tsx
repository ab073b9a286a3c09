/** Something went wrong: what, why, and what to do next. */
import { SIGNED_IN_VIEW, signInUrl } from '../api/signIn.ts';
import type { Trouble } from '../api/trouble.ts';
import { TROUBLES } from './troubles.ts';

interface ProblemPanelProps {
  readonly trouble: Trouble;
  /** Asks once more. */
  readonly onAgain?: () => void;
}

export function ProblemPanel({ trouble, onAgain }: ProblemPanelProps) {
  const { kind, detail, instance } = trouble;
  const { title, next: withId, nextWithoutId = withId, again } = TROUBLES[kind];
  const next = instance ? withId : nextWithoutId;
  return (
    <div class={`panel problem problem-${kind}`} role="alert">
      <h2>{title}</h2>
      <p>{detail}</p>
      {next && <p>{next}</p>}
      {instance && (
        <p class="quiet">
          Request <code>{instance.replace('urn:uuid:', '')}</code>
        </p>
      )}
      <div class="actions">
        {kind === 'signedOut' && <SignInLinks />}
        {again && onAgain && (
          <button type="button" onClick={onAgain}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

/** In another tab, so that what is on the page stays; or here, where the URL brings back the same view. */
function SignInLinks() {
  return (
    <>
      <a class="button primary" href={signInUrl(`/${SIGNED_IN_VIEW}`)} target="_blank" rel="noreferrer">
        Sign in in a new tab
      </a>
      <a class="button" href={signInUrl(location.pathname + location.search)}>
        Sign in here
      </a>
    </>
  );
}
