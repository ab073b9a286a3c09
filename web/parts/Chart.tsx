/**
 * A picture over time: uPlot on a canvas, in the colours of the theme, as wide as its place. A canvas says nothing to a
 * screen reader: `label` says what it shows, and the view has the same numbers as text.
 */
import { useEffect, useRef } from 'preact/hooks';
import uPlot, { type AlignedData, type Axis, type Options, type Series } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf, useTheme } from './theme.ts';
import { tickText } from './ticks.ts';

export interface ChartProps {
  readonly label: string;
  /** Seconds since 1970, then the values of each series. */
  readonly data: AlignedData;
  /** The series without that of time; made anew for each theme, so that colours are asked for then. */
  readonly series: () => Series[];
  readonly height: number;
  /** Seconds at which the picture begins and ends, where that is not told by the data. */
  readonly bounds?: readonly [from: number, to: number];
  /** A range was dragged over. Milliseconds since 1970. */
  readonly onZoom?: (range: { readonly from: number; readonly to: number }) => void;
  readonly options?: Partial<Options>;
}

/** Steps of an axis that counts. */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
/** Pixels; shorter drags are clicks. */
const LEAST_DRAG = 4;

export function Chart({ label, data, series, height, bounds, onZoom, options }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const theme = useTheme();
  // What the picture is made of but its data.
  const key = JSON.stringify([theme, height, bounds]);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(
      {
        width: Math.max(1, element.clientWidth),
        height,
        padding: [8, 32, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: Boolean(onZoom), y: false, setScale: false } },
        // Times are those of the archive.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        series: [{}, ...series()],
        axes: [timeAxis(), valueAxis()],
        scales: {
          x: { time: true, ...(bounds && { range: () => [...bounds] }) },
          // The tallest bar ends below the edge.
          y: { range: (_, __, most) => [0, most * 1.06 || 1] },
        },
        hooks: { setSelect: [(self) => select(self, zoom.current)] },
        ...options,
      },
      data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: Math.max(1, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [key]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div class="chart" role="img" aria-label={label} ref={place} />;
}

function select(plot: uPlot, onZoom: ChartProps['onZoom']): void {
  const { left, width } = plot.select;
  if (width < LEAST_DRAG) return;
  const at = (pixel: number) => Math.round(plot.posToVal(pixel, 'x')) * 1000;
  const range = { from: at(left), to: at(left + width) };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom?.(range);
}

function timeAxis(): Axis {
  return {
    ...lines(),
    space: 80,
    size: 28,
    values: (_, ticks) => ticks.map((tick, n) => tickText(tick, ticks[n + 1] ?? 2 * tick - (ticks[n - 1] ?? tick))),
  };
}

function valueAxis(): Axis {
  return { ...lines(), size: 56, space: 26, incrs: WHOLE };
}

function lines(): Axis {
  const line = colourOf('--line');
  return {
    stroke: colourOf('--ink-2'),
    font: `11px ${colourOf('--font')}`,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
}
