import type { ProcessesOf } from '../cpu-meter.ts';

/** The same for everybody; `services/order.mjs` is its other side. */
export interface Order {
  readonly executionId: string;
  readonly itemId: string;
  readonly quantity: number;
  readonly total: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** Instants are milliseconds of the machine's monotonic clock. */
export type OrderAnswer =
  | { readonly status: 'SUCCEEDED' }
  | { readonly status: 'FAILED'; readonly failedAt: number; readonly compensatedAt: number };

export interface PeerOptions {
  /** A folder of this round's own. */
  readonly folder: string;
  /** The Node that its services run on. */
  readonly node: string;
  readonly signal: AbortSignal;
}

/** Another engine with the booking, as processes of its own. */
export interface Peer {
  /** Kebab-case, for `--only`. */
  readonly name: string;
  readonly what: string;
  /** Why it cannot run on this machine. */
  readonly unavailable?: string;
  start(options: PeerOptions): Promise<RunningPeer>;
}

export interface RunningPeer {
  readonly processes: ProcessesOf;
  /** Makes an item that nobody has ordered yet. */
  putItem(itemId: string, units: number): Promise<void>;
  /** Resolves when the order has ended. */
  place(order: Order): Promise<OrderAnswer>;
  /** What these items have left, together. */
  freeUnits(itemIds: readonly string[]): Promise<number>;
  /** Ends every process. */
  stop(): Promise<void>;
}
