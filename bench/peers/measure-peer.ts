import { randomUUID } from 'node:crypto';
import { CpuMeter } from '../cpu-meter.ts';
import { quantilesOf } from '../quantiles.ts';
import type { Load, Loads } from './loads.ts';
import type { MeasuredFailures, MeasuredRound } from './measured.ts';
import type { MeasuredLoop } from '../whole-way/measured.ts';
import type { OrderAnswer, RunningPeer } from './peer.ts';

/** As many as the whole way of ours is measured with, so that nobody waits for an item. */
const ITEMS = Array.from({ length: 100 }, (_, index) => `bench-${index}`);
const UNITS = 1_000_000;
const PAYS = 'pm_card_visa';
const IS_DECLINED = 'pm_card_chargeDeclined';

/** The peer's books do not say what the answers said. */
export class WrongBooksError extends Error {
  override readonly name = 'WrongBooksError';
}

interface EndedOrder {
  readonly answer: OrderAnswer;
  readonly endToEndMs: number;
}

interface Loop {
  readonly ended: readonly EndedOrder[];
  readonly measured: MeasuredLoop;
}

/** @throws WrongBooksError */
export async function measurePeer(peer: RunningPeer, loads: Loads, signal: AbortSignal): Promise<MeasuredRound> {
  for (const itemId of ITEMS) await peer.putItem(itemId, UNITS);
  let sold = 0;
  const succeed = async (load: Load) => {
    const { measured } = await loop(peer, load, PAYS, signal);
    sold += load.orders;
    return measured;
  };

  for (const load of loads.warmUp) await succeed(load);
  const success: MeasuredLoop[] = [];
  for (const load of loads.success) success.push(await succeed(load));
  const failure: MeasuredFailures[] = [];
  for (const load of loads.failure) failure.push(withCompensation(await loop(peer, load, IS_DECLINED, signal)));

  const free = await peer.freeUnits(ITEMS);
  const expected = ITEMS.length * UNITS - sold;
  if (free !== expected)
    throw new WrongBooksError(`${sold} units were sold, so ${expected} should be free: there are ${free}`);
  return { success, failure };
}

function withCompensation({ measured, ended }: Loop): MeasuredFailures {
  const times = ended.flatMap(({ answer }) =>
    answer.status === 'FAILED' ? [answer.compensatedAt - answer.failedAt] : [],
  );
  return { ...measured, failedToCompensatedMs: quantilesOf(times) };
}

/** @throws WrongBooksError when an order does not end as its payment method says. */
async function loop(
  peer: RunningPeer,
  { orders, concurrency }: Load,
  paymentMethod: string,
  signal: AbortSignal,
): Promise<Loop> {
  const expected = paymentMethod === PAYS ? 'SUCCEEDED' : 'FAILED';
  const ended: EndedOrder[] = [];
  let next = 0;
  const customer = async () => {
    for (let index = next++; index < orders; index = next++) {
      signal.throwIfAborted();
      const itemId = ITEMS[index % ITEMS.length] ?? '';
      const placedAt = performance.now();
      const executionId = randomUUID();
      const answer = await peer.place({
        executionId,
        itemId,
        quantity: 1,
        total: 4200,
        currency: 'EUR',
        paymentMethod,
      });
      ended.push({ answer, endToEndMs: performance.now() - placedAt });
      if (answer.status !== expected)
        throw new WrongBooksError(`order ${executionId} ended as ${answer.status}, not as ${expected}`);
    }
  };
  const meter = CpuMeter.start(peer.processes);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, customer));
  const durationMs = performance.now() - startedAt;
  const cpuMs = Object.entries(meter.stop());
  return {
    ended,
    measured: {
      orders,
      concurrency,
      ordersPerSecond: (orders * 1000) / durationMs,
      endToEndMs: quantilesOf(ended.map(({ endToEndMs }) => endToEndMs)),
      cpuMsPerOrder: Object.fromEntries(cpuMs.map(([name, ms]) => [name, ms / orders])),
    },
  };
}
