import { UsageError } from './usage-error.ts';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^-(\d{1,6})([smhd])$/;
const DURATION = /^(\d{1,6})([smhd])$/;
/** Date.parse takes much more, and guesses. Without a zone an instant would depend on where it is read. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * An instant as an operator types it, milliseconds since the epoch: `2026-11-28T09:30:00Z`, a day, or how long ago: `-2h`.
 * @param option whose value it is, for the message
 * @throws UsageError
 */
export function readInstant(option: string, text: string, now: number): number {
  const ago = AGO.exec(text);
  if (ago !== null) return now - lengthOf(ago);
  const at = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(
      `--${option} is ${JSON.stringify(text)}: expected an instant such as 2026-11-28T09:30:00Z, a day such as 2026-11-28 (it begins at midnight UTC), or how long ago such as -90s, -30m, -2h, -7d`,
    );
  return at;
}

/** @throws UsageError */
export function readDurationMs(option: string, text: string, maxMs: number): number {
  const match = DURATION.exec(text);
  const ms = match === null ? Number.NaN : lengthOf(match);
  if (!(ms <= maxMs))
    throw new UsageError(
      `--${option} is ${JSON.stringify(text)}: expected a duration such as 0s, 90s or 10m, at most ${maxMs / 60_000}m`,
    );
  return ms;
}

function lengthOf([, count, unit]: RegExpExecArray): number {
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
