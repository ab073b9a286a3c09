/** Which versions of a record: those that the log type gives by itself, the latest alone, or all. */
interface VersionsPickerProps {
  readonly value: string;
  readonly onPick: (value: string) => void;
}

export function VersionsPicker({ value, onPick }: VersionsPickerProps) {
  return (
    <label class="field">
      <span class="field-label">Versions</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        <option value="">as usual</option>
        <option value="latest">latest only</option>
        <option value="all">all</option>
      </select>
    </label>
  );
}
