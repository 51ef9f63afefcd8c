/**
 * Until when the entry of an ended execution must stay in a stock document. After that nothing of the execution can
 * write there any more without having read its step record first, and finding it.
 */

/** A trigger up to this age is young: its invocation may act without looking for a step record first. */
export const YOUNG_TRIGGER_MS = 60_000;

/** The longest timeout of a step's function; `test/unit/booking/horizon.test.ts` holds the stages to it. */
export const LONGEST_FUNCTION_RUN_MS = 30_000;

/** Instants come from S3, from the functions' clocks and from the monitor's: seconds apart at most. */
const CLOCK_MARGIN_MS = 30_000;

/**
 * An invocation that did not look started within YOUNG_TRIGGER_MS of its trigger, which is older than the execution's end,
 * and ran LONGEST_FUNCTION_RUN_MS at most. One that looked and found nothing looked before the end, and ran as long.
 */
export const STOCK_HORIZON_MS = YOUNG_TRIGGER_MS + LONGEST_FUNCTION_RUN_MS + CLOCK_MARGIN_MS;
