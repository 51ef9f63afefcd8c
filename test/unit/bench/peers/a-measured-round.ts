import type { MeasuredRound } from '../../../../bench/peers/measured.ts';
import type { MeasuredLoop } from '../../../../bench/whole-way/measured.ts';

export function aMeasuredLoop(fields: Partial<MeasuredLoop> = {}): MeasuredLoop {
  return {
    orders: 100,
    concurrency: 32,
    ordersPerSecond: 100,
    endToEndMs: { count: 100, p50: 10, p99: 20, max: 30 },
    cpuMsPerOrder: { engine: 1, client: 0.5 },
    ...fields,
  };
}

export function aMeasuredRound(fields: Partial<MeasuredRound> = {}): MeasuredRound {
  return {
    success: [aMeasuredLoop()],
    failure: [{ ...aMeasuredLoop(), failedToCompensatedMs: { count: 100, p50: 5, p99: 6, max: 7 } }],
    ...fields,
  };
}
