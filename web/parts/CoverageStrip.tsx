/** What is held of a range, as a strip below its picture: one piece for each span of one state. */
import type { SpanReport } from '../api/answers.ts';
import type { Span } from '../state/ranges.ts';
import { lookOf } from './states.ts';
import { utcText } from './times.ts';

interface CoverageStripProps {
  readonly span: Span;
  readonly spans: readonly SpanReport[];
}

export function CoverageStrip({ span, spans }: CoverageStripProps) {
  const length = span.to - span.from;
  const percent = (time: number) => `${(100 * (time - span.from)) / length}%`;
  return (
    <ul class="strip" aria-label="Coverage of the range">
      {spans.map(({ from, to, state, cause }) => {
        const left = Math.max(Date.parse(from), span.from);
        const right = Math.min(Date.parse(to), span.to);
        const words = `${lookOf(state).label}: ${utcText(from)} to ${utcText(to)} UTC${cause ? `, ${cause}` : ''}`;
        const style = {
          left: percent(left),
          width: `${(100 * (right - left)) / length}%`,
          '--state': `var(${lookOf(state).colour})`,
        };
        return (
          <li key={from} class={`strip-${state}`} style={style} title={words}>
            <span class="hidden">{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
