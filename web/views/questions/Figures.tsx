/** The numbers of the whole range. */
import { countText } from '../../parts/numbers.ts';
import type { Question } from './kinds.ts';
import type { Tally } from './tally.ts';

interface FiguresProps {
  readonly question: Question;
  readonly tally: Tally;
  readonly isWhole: boolean;
}

export function Figures({ question: { noun, split, distinct }, tally, isWhole }: FiguresProps) {
  const { total, parts, isCut } = tally;
  const atLeast = !isWhole || (distinct !== undefined && isCut);
  return (
    <dl class="figures">
      <div>
        <dt>
          {distinct === undefined ? '' : 'different '}
          {noun}
          {atLeast && ' so far'}
        </dt>
        <dd>{countText(total)}</dd>
      </div>
      {split?.parts.map(({ name, colour, values }, n) =>
        !values && !parts[n] ? null : (
          <div key={name}>
            <dt>
              <span class="swatch" style={{ '--part': `var(${colour})` }} aria-hidden="true" />
              {name}
            </dt>
            <dd>
              {countText(parts[n] ?? 0)} <span class="figure-share">{shareText(parts[n] ?? 0, total)}</span>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

function shareText(part: number, total: number): string {
  return `${((100 * part) / Math.max(1, total)).toFixed(1)} %`;
}
