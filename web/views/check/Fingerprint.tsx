/** The fingerprint that the auditor knows of the key. It is never filled in: what the archive says of itself proves nothing. */
import { useId, useState } from 'preact/hooks';
import { OtherWays } from './OtherWays.tsx';
import { readFingerprint } from './proof.ts';

export function Fingerprint({ onPick }: { readonly onPick: (fingerprint: string) => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const isWrong = text.trim() !== '' && readFingerprint(text) === undefined;
  const take = (typed: string) => {
    setText(typed);
    setNote('');
    onPick(readFingerprint(typed) ?? '');
  };
  const say = (words: string) => {
    take('');
    setNote(words);
  };
  return (
    <span class="field fingerprint">
      <label for={id}>Fingerprint of the key that you trust</label>
      <input
        id={id}
        class="filter-text"
        type="text"
        value={text}
        spellcheck={false}
        autocomplete="off"
        placeholder="64 hex digits, given to you by another way than this page"
        aria-invalid={isWrong}
        aria-describedby={`${id}-note`}
        onInput={(event) => take(event.currentTarget.value)}
      />
      <span id={`${id}-note`} class={isWrong || note ? 'field-note bad' : 'field-note'} role="status">
        {note ||
          (isWrong ? 'A fingerprint is 64 hex digits.' : 'SHA-256 of the public key. Colons and spaces do not matter.')}
      </span>
      <OtherWays onFound={take} onNothing={say} />
    </span>
  );
}
