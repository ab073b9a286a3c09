/** A range of time: typed in UTC, picked by name, or a step from the one at hand. */
import { useEffect, useRef } from 'preact/hooks';
import { useArchive } from '../state/archive.ts';
import { QUICK_RANGES, type QuickRange, RANGE_STEPS, rangeParams, spanOf } from '../state/ranges.ts';
import { Menu } from './Menu.tsx';
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
  const archive = useArchive();
  const latest = useRef<RangePickerProps['onPick'] | undefined>(undefined);
  useEffect(() => {
    latest.current = onPick;
    return () => {
      latest.current = undefined;
    };
  }, [onPick]);
  const pick = async ({ of }: QuickRange) => {
    const late = new Promise<number>((resolve) => setTimeout(() => resolve(archive.now()), PATIENCE_MS));
    const now = await Promise.race([archive.look(), late]);
    latest.current?.(rangeParams(of(now)));
  };
  return (
    <span class="quick-ranges">
      <Menu label="Quick ranges">
        {(close) => (
          <div class="choices">
            {QUICK_RANGES.map((quick) => (
              <button
                key={quick.name}
                type="button"
                onClick={() => {
                  close();
                  void pick(quick);
                }}
              >
                {quick.name}
              </button>
            ))}
          </div>
        )}
      </Menu>
    </span>
  );
}
