/**
 * The longest text that is parsed, characters. The runtime cuts an error at 256 KB; the rest is its envelope. A line is
 * parsed three times at most, so the work on a page of the log (1 MB) stays in proportion to it.
 */
export const MAX_PARSED = 300_000;

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a text holds; `undefined` when it is cut off, over-long or no object: then it says nothing. */
export function parseJsonObject(text: string): JsonObject | undefined {
  if (text.length > MAX_PARSED) return undefined;
  try {
    return asJsonObject(JSON.parse(text));
  } catch {
    return undefined; // Cut off or somebody's text.
  }
}

export function asJsonObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
