/** The id of the record to check. */
import { useEffect, useId, useState } from 'preact/hooks';

interface IdFieldProps {
  readonly value: string;
  readonly onPick: (id: string) => void;
}

export function IdField({ value, onPick }: IdFieldProps) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        onPick(text.trim());
      }}
    >
      <label for={id}>Id of the record</label>
      <span class="filter-row">
        <input
          id={id}
          class="filter-text"
          type="text"
          value={text}
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Check</button>
      </span>
    </form>
  );
}
