/** The range as a picture: how much was stored, how much of it is in the table, and what is held, span by span. */
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { Chart } from '../../parts/Chart.tsx';
import { CoverageStrip } from '../../parts/CoverageStrip.tsx';
import { countOf } from '../../parts/numbers.ts';
import { colourOf } from '../../parts/theme.ts';
import { spanText } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';
import type { Loaded } from '../../state/useLoad.ts';
import { barOf, barsOf } from './bars.ts';
import { TimelineNumbers } from './TimelineNumbers.tsx';
import type { Volume } from './volume.ts';

interface TimelineProps {
  readonly span: Span;
  readonly volume: Loaded<Volume>;
  readonly times: readonly number[];
  /** How many of `times` there are: the list grows in place. */
  readonly count: number;
  readonly onZoom: (span: Span) => void;
}

const HEIGHT = 108;

export function Timeline({ span, volume: loaded, times, count, onZoom }: TimelineProps) {
  const volume = loaded.state === 'there' ? loaded.value : undefined;
  const { from, to } = span;
  const data = useMemo(() => barsOf({ from, to }, volume?.stored, times), [from, to, volume, times, count]);
  const bounds = useMemo(() => [from / 1000, to / 1000] as const, [from, to]);
  const isShort = barOf(span) < 3_600_000;
  return (
    <section class="timeline" aria-label="The range over time">
      <div class="timeline-head">
        <span class="key key-stored">stored, all of the log type</span>
        <span class="key key-here">in the table</span>
        <span class="quiet">
          one bar is {spanText(barOf(span) / 1000)}, times are UTC; drag to zoom
          {isShort && '; stored records are counted by the hour'}
          {loaded.state === 'failed' && '; what is stored could not be asked for'}
        </span>
        <TimelineNumbers data={data} bar={barOf(span)} />
      </div>
      <Chart
        label={`Records over time: ${countOf(count, 'record')} in the table`}
        data={data}
        height={HEIGHT}
        bounds={bounds}
        onZoom={onZoom}
        series={() => [bars('--bar-stored'), bars('--accent')]}
      />
      {volume && <CoverageStrip span={span} spans={volume.coverage.spans} />}
    </section>
  );
}

function bars(colour: string): uPlot.Series {
  const fill = colourOf(colour);
  return {
    fill,
    stroke: fill,
    width: 0,
    points: { show: false },
    paths: uPlot.paths.bars?.({ size: [0.86, 60], align: 1 }) ?? (() => null),
  };
}
