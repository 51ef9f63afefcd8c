/**
 * Milliseconds of the machine's monotonic clock, which all of its processes share: an instant of one can be subtracted
 * from an instant of another.
 */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
