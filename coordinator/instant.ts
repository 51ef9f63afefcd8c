/** The range of RFC 3339, whose years have four digits; milliseconds since the epoch. */
const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** RFC 3339 in UTC. An instant outside its range, which only a damaged record has, becomes the nearest one inside. */
export function isoInstant(milliseconds: number): string {
  return new Date(Math.min(Math.max(milliseconds, FIRST_INSTANT), LAST_INSTANT)).toISOString();
}
