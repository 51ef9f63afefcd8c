const DAY_MS = 86_400_000;
/** S3 expires lazily and clocks differ: orders in their last day are left alone, so that expiry never looks like failure. */
const EXPIRY_MARGIN_DAYS = 1;

/** How long an order is acted on, milliseconds. */
export function horizonMs(orderRetentionDays: number): number {
  return (orderRetentionDays - EXPIRY_MARGIN_DAYS) * DAY_MS;
}
