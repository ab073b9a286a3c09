/** How far something has come: a bar, a number, and a line for those who cannot see either. */
import { countText } from './numbers.ts';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  /** `undefined` where nobody knows how much it is. */
  readonly total: number | undefined;
  /** The numbers in words, where counting is not enough. */
  readonly text?: string;
}

export function Progress({ label, done, total, text }: ProgressProps) {
  const words = text ?? (total === undefined ? countText(done) : `${countText(done)} of ${countText(total)}`);
  return (
    <div class="progress">
      <progress aria-label={label} {...(total !== undefined && { value: Math.min(done, total), max: total || 1 })} />
      <span class="numbers">{words}</span>
      {/* Said in steps of a tenth: a reader that hears every record hears nothing else. */}
      <span class="hidden" role="status">
        {label} {total ? `${Math.floor((10 * done) / total) * 10} %` : ''}
      </span>
    </div>
  );
}
