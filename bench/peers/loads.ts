export interface Load {
  readonly orders: number;
  /** Customers who each order, wait for the end, and order again. */
  readonly concurrency: number;
}

export interface Loads {
  /** Not measured: until every process has run what it runs often. */
  readonly warmUp: readonly Load[];
  readonly success: readonly Load[];
  readonly failure: readonly Load[];
}

const MANY = 32;
/** Fewer have no 99th percentile. */
const FEWEST = 100;
/** However small the run is: the functions' processes are fast after some hundred invocations each. */
const WARM_UP = 1_500;

/** The loads of a round whose largest has so many orders. */
export function loadsOf(orders: number): Loads {
  const share = (part: number) => Math.max(FEWEST, Math.round(orders * part));
  return {
    warmUp: [{ orders: WARM_UP, concurrency: MANY }],
    // Many first, as long as all processes are there that the warm-up has started.
    success: [
      { orders, concurrency: MANY },
      { orders: share(0.2), concurrency: 1 },
    ],
    failure: [
      { orders: share(0.1), concurrency: 1 },
      { orders: share(0.4), concurrency: MANY },
    ],
  };
}
