/** What the coordinator counts. Every metric has the dimension Stack and no other. */
export const COORDINATOR_METRICS = {
  /** 1 a minute from each coordinator that runs. */
  heartbeat: 'CoordinatorHeartbeat',
  /** Orders written, redriven ones included; a request that is repeated under its key writes none. */
  ordersAccepted: 'OrdersAccepted',
  /** Requests answered with 5xx, health checks left out. */
  apiErrors: 'ApiErrors',
  /** Buckets that did not answer the coordinator's latest look at itself: 0, 1 or 2. */
  storesNotAnswering: 'StoresNotAnswering',
} as const;
