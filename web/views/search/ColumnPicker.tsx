/** Which columns the table shows; kept for each log type on this machine, and in the URL. */
import { useState } from 'preact/hooks';
import { Menu } from '../../parts/Menu.tsx';
import type { Column } from './columns.ts';

interface ColumnPickerProps {
  readonly columns: readonly Column[];
  readonly shown: readonly string[];
  readonly onPick: (paths: readonly string[] | undefined) => void;
}

export function ColumnPicker({ columns, shown, onPick }: ColumnPickerProps) {
  const own = shown.filter((path) => !columns.some((each) => each.path === path));
  const toggle = (path: string, isOn: boolean) =>
    onPick(isOn ? [...shown, path] : shown.filter((each) => each !== path));
  return (
    <Menu label="Columns">
      {() => (
        <div class="columns">
          {[...columns.map(({ path, title }) => [path, title]), ...own.map((path) => [path, path])].map(
            ([path = '', title]) => (
              <label key={path}>
                <input
                  type="checkbox"
                  checked={shown.includes(path)}
                  onChange={(event) => toggle(path, event.currentTarget.checked)}
                />
                {title} <code class="quiet">{path}</code>
              </label>
            ),
          )}
          <OwnColumn onAdd={(path) => !shown.includes(path) && toggle(path, true)} />
          <div class="actions">
            <button type="button" onClick={() => onPick(undefined)}>
              As at first
            </button>
          </div>
        </div>
      )}
    </Menu>
  );
}

function OwnColumn({ onAdd }: { readonly onAdd: (path: string) => void }) {
  const [path, setPath] = useState('');
  const add = () => {
    if (path.trim() !== '') onAdd(path.trim());
    setPath('');
  };
  return (
    <span class="own-column">
      <input
        type="text"
        aria-label="Another field"
        placeholder="another/field"
        value={path}
        spellcheck={false}
        onInput={(event) => setPath(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && add()}
      />
      <button type="button" onClick={add}>
        Add
      </button>
    </span>
  );
}
