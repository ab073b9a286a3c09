/** The numbers of the picture, for whoever does not see it or wants them exactly. Bars without any are left out. */
import { Menu } from '../../parts/Menu.tsx';
import { countText } from '../../parts/numbers.ts';
import { isoSeconds, localText, utcText } from '../../parts/times.ts';
import type { barsOf } from './bars.ts';

interface TimelineNumbersProps {
  readonly data: ReturnType<typeof barsOf>;
  /** Milliseconds of a bar. */
  readonly bar: number;
}

export function TimelineNumbers({ data, bar }: TimelineNumbersProps) {
  return (
    <Menu label="As numbers" isText>
      {() => <Numbers data={data} bar={bar} />}
    </Menu>
  );
}

function Numbers({ data: [begins, stored, here], bar }: TimelineNumbersProps) {
  const bars = begins.map((at, n) => ({ iso: isoSeconds(at * 1000), stored: stored[n] ?? null, here: here[n] ?? 0 }));
  return (
    <table class="timeline-numbers">
      <caption class="hidden">Records from each time on, for {bar / 1000} seconds</caption>
      <thead>
        <tr>
          <th scope="col">From (UTC)</th>
          <th scope="col">Local</th>
          <th scope="col" class="numbers">
            Stored
          </th>
          <th scope="col" class="numbers">
            In the table
          </th>
        </tr>
      </thead>
      <tbody>
        {bars
          .filter((each) => each.stored || each.here)
          .map((each) => (
            <tr key={each.iso}>
              <th scope="row">{utcText(each.iso)}</th>
              <td>{localText(each.iso)}</td>
              <td class="numbers">{each.stored === null ? '–' : countText(each.stored)}</td>
              <td class="numbers">{countText(each.here)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
