/** A range whose bundle no tab can hold: the same check, outside of the browser. */
import { apiUrl } from '../../api/url.ts';
import { bytesText } from '../../parts/numbers.ts';
import { MOST_IN_MEMORY } from '../take/sink.ts';
import type { CheckedRange } from './range.ts';

interface TooLargeProps extends CheckedRange {
  readonly bytes: number;
}

export function TooLarge({ log, from, to, fingerprint, bytes }: TooLargeProps) {
  return (
    <div class="panel empty" role="status">
      <h3>Too large for this tab</h3>
      <p>
        The bundle has about {bytesText(bytes)}, and a tab holds {bytesText(MOST_IN_MEMORY)}. Pick a shorter range, or
        take the bundle along and verify it with Node: in the unpacked folder{' '}
        <code>node verify.mjs . --key {fingerprint || '<fingerprint>'}</code> says the same that this page would.
      </p>
      <div class="actions">
        <a class="button" href={apiUrl(`evidence/${log}`, { from, to })} download>
          Evidence bundle of this range
        </a>
      </div>
    </div>
  );
}
