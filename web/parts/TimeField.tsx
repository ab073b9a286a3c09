/** A time to be typed, in UTC; what it is on the reader's clock stands below it. */
import { useEffect, useId, useState } from 'preact/hooks';
import { typedTime } from '../state/ranges.ts';
import { localText, utcText } from './times.ts';

interface TimeFieldProps {
  readonly label: string;
  /** ISO 8601. */
  readonly value: string;
  readonly onPick: (iso: string) => void;
}

export function TimeField({ label, value, onPick }: TimeFieldProps) {
  const id = useId();
  const shown = utcText(value, true);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const typed = typedTime(text);
  const take = () => {
    if (typed !== undefined && text !== shown) onPick(typed);
  };
  return (
    <span class="field time-field">
      <label for={id}>{label} (UTC)</label>
      <input
        id={id}
        type="text"
        value={text}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={typed === undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
      <span id={`${id}-note`} class={typed === undefined ? 'field-note bad' : 'field-note'}>
        {typed === undefined ? 'Write it as 2026-11-20 05:12' : `${localText(typed)} local`}
      </span>
    </span>
  );
}
