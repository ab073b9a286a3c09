/** An instant, in UTC and in local time side by side. */
import { localText, utcText } from './times.ts';

interface TimeProps {
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** Shows fractions of a second too. */
  readonly precise?: boolean;
}

export function Time({ at, precise = false }: TimeProps) {
  return (
    <time dateTime={at} class="time">
      <span>{utcText(at, precise)} UTC</span> <span class="time-local">{localText(at)} local</span>
    </time>
  );
}
