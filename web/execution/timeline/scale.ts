/** A place on the axis. */
export interface Tick {
  readonly offsetMs: number;
  /** Of the width, 0 to 1. */
  readonly share: number;
}

const MOST_TICKS = 6;
/** Of a power of ten, and beyond a minute of what people count time in. */
const ROUND = [1, 2, 5];
const ROUND_LONG_MS = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000];
const DAY_MS = 86_400_000;

/** Round offsets from the beginning, at most six beside it. */
export function ticksOf(durationMs: number): readonly Tick[] {
  if (!(durationMs > 0)) return [{ offsetMs: 0, share: 0 }];
  const stepMs = roundStepMs(durationMs / MOST_TICKS);
  const count = Math.floor(durationMs / stepMs);
  return Array.from({ length: count + 1 }, (_, index) => ({
    offsetMs: index * stepMs,
    share: (index * stepMs) / durationMs,
  }));
}

/** The smallest round step that is no shorter. */
function roundStepMs(leastMs: number): number {
  const long = ROUND_LONG_MS.find((each) => each >= leastMs);
  if (leastMs > 10_000) return long ?? Math.ceil(leastMs / DAY_MS) * DAY_MS;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, leastMs)));
  return (ROUND.find((each) => each * power >= leastMs) ?? 10) * power;
}

/** Where an instant is drawn, in percent of the width. */
export function percentAt(at: number, { fromAt, toAt }: { readonly fromAt: number; readonly toAt: number }): number {
  if (toAt <= fromAt) return 0;
  return Math.min(100, Math.max(0, ((at - fromAt) / (toAt - fromAt)) * 100));
}
