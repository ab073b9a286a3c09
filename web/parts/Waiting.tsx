/**
 * Something is under way. At first hardly visible; after a few seconds it says what the archive is doing, counts the
 * seconds, and offers to stop it where it can be stopped: nobody has to wait for ever.
 */
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds after which people ask themselves whether anything is happening. */
const SLOW_AFTER = 3000;

interface WaitingProps {
  /** What is being done, as in "Loading the versions". */
  readonly what: string;
  /** Why it may take long. */
  readonly slowly?: string;
  readonly onCancel?: () => void;
}

export function Waiting({ what, slowly = 'The archive has not answered yet.', onCancel }: WaitingProps) {
  const seconds = useSeconds();
  const isSlow = seconds * 1000 >= SLOW_AFTER;
  return (
    <div class="waiting">
      <span class="spinner" aria-hidden="true" />
      <span role="status">
        {what} …{isSlow && ` ${slowly}`}
      </span>
      {isSlow && <span class="quiet">{seconds} s</span>}
      {isSlow && onCancel && (
        <button type="button" onClick={onCancel}>
          Stop
        </button>
      )}
    </div>
  );
}

/** Whole seconds since it was drawn first. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
