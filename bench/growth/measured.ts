/** Something that was measured at several sizes. */
export interface Growth {
  readonly what: string;
  readonly unit: string;
  readonly points: readonly { readonly size: number; readonly value: number }[];
  /** 0 is flat, 1 is linear; absent where something is nothing at one of the sizes. */
  readonly exponent?: number;
}

export interface MeasuredGrowth {
  /** With so many executions in the store that have ended, all of one item; the orders are of a hundred others. */
  readonly executions: readonly Growth[];
  /** Of so many lines that were classified one after another, the time that each took. */
  readonly lines: readonly Growth[];
}
