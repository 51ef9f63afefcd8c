import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LogPoller } from '../../monitor/log/log-poller.ts';
import { LogReader } from '../../monitor/log/log-reader.ts';
import { Visibility } from '../../monitor/log/visibility.ts';
import { WorkRecord } from '../../monitor/work-record.ts';
import type { Logger } from '../../platform/logger.ts';
import type { MeasuredCatchUp, MeasuredLogRate } from './measured.ts';
import { SimulatedLog } from './simulated-log.ts';

/** A quarter of 5 calls a second, the smallest quota of FilterLogEvents that a region has. */
const PACE_MS = 800;
const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
/** As far behind as a monitor is that keeps up: a round of two calls and what it reaches back. */
const KEEPS_UP_MS = 5_000;
/**
 * So long a rate has to be kept up with. The wide window is not full by then, and need not be: however much there is in it,
 * it gets one call a round.
 */
const SUSTAINED_MS = 30_000;
const PATIENCE_MS = 3 * HOUR_MS;
const RATES = [100, 200, 400, 800];

/** In simulated time, with the monitor's own poller: how long it is behind after an hour in which nobody read. */
export async function measureCatchUp(
  folder: string,
  ordersPerSecond: number,
  signal: AbortSignal,
): Promise<MeasuredCatchUp> {
  return withPoller({ folder, ordersPerSecond, watermark: START }, async ({ log, poll, leftToSweepMs }) => {
    log.pass(HOUR_MS);
    const [lines, backAt] = [log.lines, log.clock.now()];
    while ((await lagAfter(poll, log, signal)) > KEEPS_UP_MS)
      if (log.clock.now() - backAt > PATIENCE_MS) throw new Error(`still behind after ${PATIENCE_MS} ms`);
    const caughtUpInMs = log.clock.now() - backAt;
    return { ordersPerSecond, lines, caughtUpInMs, calls: log.calls, leftToSweepMs: leftToSweepMs() };
  });
}

/** Doubles the rate as long as the poller keeps up. */
export async function measureLogRate(folder: string, signal: AbortSignal): Promise<MeasuredLogRate> {
  const lags: { readonly ordersPerSecond: number; readonly lagMs: number }[] = [];
  for (const ordersPerSecond of RATES) {
    const lagMs = await worstLag(folder, ordersPerSecond, signal);
    lags.push({ ordersPerSecond, lagMs });
    if (lagMs > KEEPS_UP_MS) break;
  }
  return { paceMs: PACE_MS, lags };
}

/** Of the second half of the time; all of the time where something was left to the sweep. */
async function worstLag(folder: string, ordersPerSecond: number, signal: AbortSignal): Promise<number> {
  return withPoller({ folder, ordersPerSecond, watermark: undefined }, async ({ log, poll, leftToSweepMs }) => {
    let worst = 0;
    while (log.clock.now() < START + SUSTAINED_MS && leftToSweepMs() === 0 && worst <= KEEPS_UP_MS) {
      const lagMs = await lagAfter(poll, log, signal);
      if (log.clock.now() > START + SUSTAINED_MS / 2) worst = Math.max(worst, lagMs);
    }
    return leftToSweepMs() === 0 ? worst : SUSTAINED_MS;
  });
}

/** How far behind what is read is, once a round is over. */
async function lagAfter(poll: Polling['poll'], { clock }: SimulatedLog, signal: AbortSignal): Promise<number> {
  const readThroughAt = await poll(signal);
  return clock.now() - readThroughAt;
}

interface Polling {
  readonly log: SimulatedLog;
  /** One round; gives the instant up to which everything is read. */
  readonly poll: (signal: AbortSignal) => Promise<number>;
  readonly leftToSweepMs: () => number;
}

async function withPoller<T>(
  { folder, ordersPerSecond, watermark }: { folder: string; ordersPerSecond: number; watermark: number | undefined },
  act: (polling: Polling) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(folder, 'log-'));
  const log = new SimulatedLog({ folder: own, startAt: START, ordersPerSecond });
  const { clock, client, logGroup } = log;
  let leftMs = 0;
  const { readPage } = new LogReader({ client, logGroup, clock, paceMs: PACE_MS, random: () => 0 });
  const poller = new LogPoller({
    readPage,
    watermark: { read: () => Promise.resolve(watermark), advance: () => Promise.resolve() },
    clock,
    logger: skippingLogger((ms) => (leftMs += ms)),
    random: () => 0,
    visibility: new Visibility(START),
    onEvents: () => undefined,
    afterRound: () => Promise.resolve(),
    record: new WorkRecord(),
  });
  try {
    return await act({ log, poll: (signal) => poller.poll(signal), leftToSweepMs: () => leftMs });
  } finally {
    log.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** The poller says what it skips, and nothing else that counts here. */
function skippingLogger(onSkipped: (ms: number) => void): Logger {
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_message, fields) => {
      const { fromAt, toAt } = fields as { readonly fromAt?: number; readonly toAt?: number };
      if (fromAt !== undefined && toAt !== undefined) onSkipped(toAt - fromAt);
    },
    error: () => undefined,
    child: () => logger,
  };
  return logger;
}
