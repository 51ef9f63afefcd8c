import type UPlot from 'uplot';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/instant.ts';
import type { PlotLook } from './plot.tsx';

type Colour = (name: string) => string;

/** Bars on top of one another: each column holds the sum of itself and those below, and the tallest is drawn first. */
export const outcomeLook: PlotLook = (library, colour) => {
  const bars = library.paths.bars?.({ size: [0.9, 40] });
  const series = (label: string, name: string) => ({
    label,
    fill: colour(name),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  return {
    ...quiet(),
    axes: axesOf(colour, { values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : '')) }),
    scales: { x: { range: withMargin }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
    series: [
      {},
      series('open', 'live'),
      series('failed', 'bad'),
      series('rejected', 'warn'),
      series('succeeded', 'good'),
    ],
  };
};

/** Discs and rings for each failure, on a scale on which a tenth of a second and two minutes both can be seen. */
export const latencyLook: PlotLook = (_, colour) => {
  const series = (label: string, name: string, fill: string) => ({
    label,
    stroke: colour(name),
    points: { show: true, size: 8, width: 2, fill: colour(fill) },
    paths: () => null,
  });
  return {
    ...quiet(),
    axes: axesOf(colour, {
      size: 64,
      values: (_plot, ticks) => ticks.map((tick) => (isPowerOfTen(tick) ? formatDuration(tick) : '')),
    }),
    scales: {
      x: { range: withMargin },
      y: { distr: 3, range: (_plot, least, most) => [powerBelow(least), powerAbove(most)] },
    },
    series: [{}, series('found', 'bad', 'bad'), series('undone', 'good', 'sheet')],
  };
};

function quiet(): Pick<UPlot.Options, 'cursor' | 'legend'> {
  return { cursor: { show: false }, legend: { show: false } };
}

function axesOf(colour: Colour, y: UPlot.Axis): UPlot.Axis[] {
  const common = {
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const now = Date.now();
  const time = (seconds: number) => formatInstant(new Date(seconds * 1000).toISOString(), now);
  return [
    { ...common, space: 90, values: (_, ticks) => ticks.map(time) },
    { ...common, size: 44, ...y },
  ];
}

/** So that the first and the last are not cut off; a minute around a single one. */
function withMargin(_plot: UPlot, first: number, last: number): [number, number] {
  const margin = last > first ? (last - first) * 0.03 : 30;
  return [first - margin, last + margin];
}

function isPowerOfTen(value: number): boolean {
  return Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
}

/** What is not measurable is drawn at a millisecond. */
function powerBelow(least: number | null): number {
  return 10 ** Math.floor(Math.log10(Math.max(1, least ?? 100)));
}

function powerAbove(most: number | null): number {
  return 10 ** Math.ceil(Math.log10(Math.max(1, most ?? 1000) * 1.01));
}
