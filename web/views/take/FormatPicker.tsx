/** In which form. */
import { FORMATS, type TakeFormat } from './formats.ts';

interface FormatPickerProps {
  readonly format: TakeFormat;
  readonly onPick: (name: string) => void;
}

export function FormatPicker({ format, onPick }: FormatPickerProps) {
  return (
    <fieldset class="formats">
      <legend>Form</legend>
      {FORMATS.map(({ name, title, use }) => (
        <label key={name} class={name === format.name ? 'format format-picked' : 'format'}>
          <input type="radio" name="format" value={name} checked={name === format.name} onChange={() => onPick(name)} />
          <span>
            <strong>{title}</strong>
            <span class="quiet">{use}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
