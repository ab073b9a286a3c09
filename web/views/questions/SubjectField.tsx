/** Whom or what a question is about: a name or an id, typed. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Subject } from './kinds.ts';

interface SubjectFieldProps {
  readonly subject: Subject;
  readonly value: string;
  readonly onPick: (named: string) => void;
}

export function SubjectField({ subject, value, onPick }: SubjectFieldProps) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const take = () => {
    if (text.trim() !== value) onPick(text.trim());
  };
  return (
    <span class="field subject">
      <label for={id}>{subject.label}</label>
      <input
        id={id}
        type="search"
        value={text}
        placeholder={subject.example}
        required={subject.isRequired}
        spellcheck={false}
        autocomplete="off"
        aria-describedby={`${id}-note`}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
      <span id={`${id}-note`} class="field-note">
        {subject.isRequired ? 'whole, as it stands in the records' : 'all where this is empty'}
      </span>
    </span>
  );
}
