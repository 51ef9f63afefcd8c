const DAY_MS = 24 * 60 * 60 * 1000;

/** How long S3 keeps an order: the expiry of `orders/` in the stack, which a test compares with this. */
export const ORDER_RETENTION_MS = 30 * DAY_MS;

/** Orders older than this are only shown: what acts on one must be done before S3 expires it. */
export const ACTIONABLE_AGE_MS = ORDER_RETENTION_MS - DAY_MS;
