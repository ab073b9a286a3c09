/** A range of time: typed in UTC, picked by name, or a step from the one at hand. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { useArchive } from '../state/archive.ts';
import { QUICK_RANGES, RANGE_STEPS, rangeParams, spanOf } from '../state/ranges.ts';
import { TimeField } from './TimeField.tsx';

interface RangePickerProps {
  readonly from: string;
  readonly to: string;
  readonly onPick: (range: { readonly from: string; readonly to: string }) => void;
}

export function RangePicker({ from, to, onPick }: RangePickerProps) {
  const span = spanOf({ from, to });
  return (
    <fieldset class="range">
      <legend class="hidden">Range of time</legend>
      <TimeField label="From" value={from} onPick={(picked) => onPick({ from: picked, to })} />
      <TimeField label="To" value={to} onPick={(picked) => onPick({ from, to: picked })} />
      <QuickRanges onPick={onPick} />
      <span class="steps">
        {RANGE_STEPS.map(({ name, mark, of }) => (
          <button
            key={name}
            type="button"
            title={name}
            aria-label={name}
            disabled={!span}
            onClick={() => span && onPick(rangeParams(of(span)))}
          >
            {mark}
          </button>
        ))}
      </span>
    </fieldset>
  );
}

/** Milliseconds that a range by name waits for the archive's time; after that the page's own idea of it has to do. */
const PATIENCE_MS = 2000;

function QuickRanges({ onPick }: Pick<RangePickerProps, 'onPick'>) {
  const id = useId();
  const archive = useArchive();
  const latest = useRef<RangePickerProps['onPick'] | undefined>(undefined);
  useEffect(() => {
    latest.current = onPick;
    return () => {
      latest.current = undefined;
    };
  }, [onPick]);
  const pick = async (name: string) => {
    const quick = QUICK_RANGES.find((each) => each.name === name);
    if (!quick) return;
    const late = new Promise<number>((resolve) => setTimeout(() => resolve(archive.now()), PATIENCE_MS));
    const now = await Promise.race([archive.look(), late]);
    latest.current?.(rangeParams(quick.of(now)));
  };
  return (
    <span class="field">
      <label for={id}>Quick ranges</label>
      <select id={id} value="" onChange={(event) => void pick(event.currentTarget.value)}>
        <option value="">Pick …</option>
        {QUICK_RANGES.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </span>
  );
}
