import type { ObjectStore } from '../storage/object-store.ts';
import { firstIdAt, instantOf } from '../workflow/execution-id.ts';
import { ORDERS_PREFIX, parseFactKey } from '../workflow/keys.ts';
import type { Cursor } from './cursor.ts';

export interface LookBackOptions {
  readonly appStore: Pick<ObjectStore, 'listPage'>;
  readonly now: number;
  /** The oldest instant to look at, milliseconds since the epoch. */
  readonly horizon: number;
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

export interface LookBack {
  /** Newest first, at most `limit`. */
  readonly executionIds: readonly string[];
  /** Where to go on; `undefined` when everything back to the horizon was seen. */
  readonly next?: Cursor;
  /** Every order since this instant was seen, milliseconds since the epoch. */
  readonly lookedBackTo: number;
}

/** About one listing for a shop with ten orders a second. */
const FIRST_WINDOW_MS = 60_000;
/** From a minute to thirty days in six empty windows. */
const EMPTY_GROWTH = 8;
const SPARSE_GROWTH = 2;
/** Listings for one page of ours: well under a second, and 0.0001 $. */
const MAX_LISTINGS = 20;
/** Coordinators whose clocks differ by less than this see each other's newest orders first. */
const CLOCK_SKEW_MS = 60_000;

/** What is still to be looked at: ids below `before`, the newest of which are of the instant `lastAt`. */
interface Rest {
  readonly before: string | undefined;
  readonly lastAt: number;
}

/**
 * The newest orders before a cursor. S3 lists ascending only, so this lists windows of ids backwards in time: one
 * without orders makes the next longer, one with more than S3 lists at once is cut to its newer half. A page without a
 * cursor first tries everything, which is all there is to do in a small shop. When the listings are used up, the page is
 * short, and the cursor says where to go on and how far to look in one go, so that every call gets further.
 *
 * A cursor is an id, not a count, so orders that arrive meanwhile move nothing.
 */
export async function lookBack({ appStore, now, horizon, limit, cursor }: LookBackOptions): Promise<LookBack> {
  const found: string[] = [];
  let rest: Rest =
    cursor === undefined ? { before: undefined, lastAt: now + CLOCK_SKEW_MS } : restBefore(cursor.before);
  let windowMs = cursor?.windowMs ?? rest.lastAt - horizon + 1;

  for (let listings = 0; listings < MAX_LISTINGS && found.length < limit && rest.lastAt >= horizon; listings += 1) {
    const from = Math.max(horizon, rest.lastAt - windowMs + 1);
    const window = await listWindow(appStore, { from, rest });
    if (window.isComplete) {
      const missing = limit - found.length;
      found.push(...window.executionIds.toReversed());
      rest = { before: firstIdAt(from), lastAt: from - 1 };
      if (window.executionIds.length < missing)
        windowMs *= window.executionIds.length === 0 ? EMPTY_GROWTH : SPARSE_GROWTH;
      windowMs = Math.min(windowMs, now - horizon);
    } else if (cursor === undefined && listings === 0) {
      windowMs = CLOCK_SKEW_MS + FIRST_WINDOW_MS;
    } else {
      const newerFrom = Math.max(window.listedTo, Math.ceil((from + rest.lastAt) / 2));
      // Only the first window can reach beyond its end, when a clock is further ahead than is usual.
      rest = { ...rest, lastAt: Math.max(rest.lastAt, newerFrom) };
      windowMs = rest.lastAt - newerFrom + 1;
    }
  }
  return page({ found, limit, rest, horizon, windowMs });
}

function page(state: {
  found: readonly string[];
  limit: number;
  rest: Rest;
  horizon: number;
  windowMs: number;
}): LookBack {
  const { found, limit, rest, horizon } = state;
  const windowMs = Math.max(1, Math.trunc(state.windowMs));
  const last = found[limit - 1];
  if (last !== undefined && found.length > limit) {
    return { executionIds: found.slice(0, limit), next: { before: last, windowMs }, lookedBackTo: instantOf(last) };
  }
  const lookedBackTo = Math.max(horizon, rest.lastAt + 1);
  if (rest.lastAt < horizon) return { executionIds: found, lookedBackTo };
  return { executionIds: found, next: { before: firstIdAt(rest.lastAt + 1), windowMs }, lookedBackTo };
}

/** The first id of an instant has nothing of that instant before it. */
function restBefore(before: string): Rest {
  const at = instantOf(before);
  return { before, lastAt: before === firstIdAt(at) ? at - 1 : at };
}

type Window =
  | { readonly isComplete: true; readonly executionIds: readonly string[] }
  /** The window has more than one listing; what was listed, its oldest part, ends at this instant. */
  | { readonly isComplete: false; readonly listedTo: number };

/** The ids from an instant on and below `rest.before`. A single millisecond cannot be cut and is listed to its end. */
async function listWindow(
  appStore: Pick<ObjectStore, 'listPage'>,
  { from, rest }: { readonly from: number; readonly rest: Rest },
): Promise<Window> {
  const executionIds: string[] = [];
  // Ids are hexadecimal: nothing from "g" on is one.
  const end = `${ORDERS_PREFIX}${rest.before ?? 'g'}`;
  let startAfter = `${ORDERS_PREFIX}${firstIdAt(from)}`;
  for (let listings = 0; listings < MAX_LISTINGS; listings += 1) {
    const { objects, isLast } = await appStore.listPage(ORDERS_PREFIX, startAfter);
    for (const { key } of objects) {
      const fact = parseFactKey(key);
      if (key < end && fact !== undefined) executionIds.push(fact.executionId);
    }
    const lastKey = objects.at(-1)?.key;
    if (isLast || lastKey === undefined || lastKey >= end) return { isComplete: true, executionIds };
    const lastId = executionIds.at(-1);
    if (from < rest.lastAt) return { isComplete: false, listedTo: lastId === undefined ? from : instantOf(lastId) };
    startAfter = lastKey;
  }
  throw new Error(`more than ${executionIds.length} orders have ids of the millisecond ${from}, or of a time to come`);
}
