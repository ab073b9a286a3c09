/** One count as a bar, divided into its parts. It says nothing that does not stand beside it as text. */
import type { AnswerRow } from './answer.ts';
import type { Question } from './kinds.ts';

interface BarProps {
  readonly question: Question;
  readonly row: AnswerRow;
  /** The count of a bar that fills its place. */
  readonly most: number;
  readonly direction: 'width' | 'height';
}

export function Bar({ question: { split }, row: { total = 0, parts }, most, direction }: BarProps) {
  const pieces = split?.parts.map(({ colour }, n) => ({ colour, count: parts[n] ?? 0 }));
  return (
    <>
      {(pieces ?? [{ colour: '--series-1', count: total }])
        .filter(({ count }) => count > 0)
        .map(({ colour, count }) => (
          <span
            key={colour}
            class="bar-part"
            style={{ [direction]: `${(100 * count) / Math.max(1, most)}%`, '--part': `var(${colour})` }}
          />
        ))}
    </>
  );
}
