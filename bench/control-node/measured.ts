import type { Quantiles } from '../quantiles.ts';
import type { ProcessBound } from './node-bound.ts';

/** With so many executions open, none of them overdue. */
export interface MeasuredOpen {
  readonly executions: number;
  /** Resident, bytes: of the monitor and of the coordinator, the most that each has had. */
  readonly monitorBytes: number;
  readonly coordinatorBytes: number;
  /** From the monitor's death until another one is ready: it has read log and queue, and compared all orders with results. */
  readonly resumedInMs: number;
  /** Processor time that the monitor takes while nobody orders: milliseconds a second. */
  readonly monitorCpuMsPerSecond: number;
}

/** After an hour in which nobody read the log, in simulated time, at the pace of a region with 5 calls a second. */
export interface MeasuredCatchUp {
  readonly ordersPerSecond: number;
  readonly lines: number;
  /** Until everything is read that was written up to then. */
  readonly caughtUpInMs: number;
  readonly calls: number;
  /** Part of the hour was left to the sweep, which asks the state and not the log: milliseconds of it. */
  readonly leftToSweepMs: number;
}

/** How far behind the log is read while orders come at a rate, simulated, at a quarter of 5 calls a second. */
export interface MeasuredLogRate {
  readonly paceMs: number;
  /** The last one is the first rate that cannot be kept up with, if there is one among them. */
  readonly lags: readonly { readonly ordersPerSecond: number; readonly lagMs: number }[];
}

/** While orders come at a rate, with the real processes. */
export interface MeasuredRate {
  /** As they came, and as they ended. */
  readonly ordersPerSecond: number;
  readonly endedPerSecond: number;
  /** Milliseconds. */
  readonly endToEndMs: Quantiles;
  /** How far behind the log was read, at most. */
  readonly lagMs: number;
  /** Processor time of each component, milliseconds a second; empty where the system does not tell. */
  readonly cpuMsPerSecond: Readonly<Record<string, number>>;
  /** What did not keep up: orders piled up before the functions, or the log was read ever later. */
  readonly gaveOut?: 'functions' | 'log';
}

export interface NodeRates {
  readonly paceMs: number;
  /** The last one is the first rate that was not kept up with, if there is one among them. */
  readonly rates: readonly MeasuredRate[];
  /** By process of the node: at what rate it would have a whole processor to do. Computed from the rates that were kept up with. */
  readonly bounds: Readonly<Record<string, ProcessBound>>;
}

export interface ControlNode {
  readonly open: readonly MeasuredOpen[];
  readonly catchUp: readonly MeasuredCatchUp[];
  readonly logRate: MeasuredLogRate;
  readonly node: NodeRates;
  /** How they grow with the number of open executions: 0 is flat, 1 is linear. */
  readonly exponents: Readonly<Record<string, number>>;
}
