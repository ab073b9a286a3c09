/** Which log type: those that this archive keeps, by groups. */

import { useId } from 'preact/hooks';
import { useArchive } from '../state/archive.ts';

interface LogTypePickerProps {
  readonly value: string;
  /** Those that can be picked; all of the archive without. */
  readonly of?: readonly string[];
  readonly onPick: (logType: string) => void;
}

const GROUPS: readonly (readonly [title: string, belongs: RegExp])[] = [
  ['Sign-ins', /SignIns$/],
  ['Audits', /Audits$|^provisioning$/],
  ['Risk', /^risk|Risk/],
  ['The archive itself', /^archive/],
];

export function LogTypePicker({ value, of, onPick }: LogTypePickerProps) {
  const id = useId();
  const all = useArchive().logTypes.map(({ logType }) => logType);
  const names = of ?? all;
  const groups = GROUPS.map(([title, belongs]) => ({ title, names: names.filter((name) => belongs.test(name)) }));
  const others = names.filter((name) => !GROUPS.some(([, belongs]) => belongs.test(name)));
  return (
    <span class="field">
      <label for={id}>Log type</label>
      <select id={id} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {[...groups, { title: 'Others', names: others }]
          .filter((group) => group.names.length > 0)
          .map((group) => (
            <optgroup key={group.title} label={group.title}>
              {group.names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </span>
  );
}
