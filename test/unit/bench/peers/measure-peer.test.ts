import { describe, expect, it } from 'vitest';
import type { Loads } from '../../../../bench/peers/loads.ts';
import { measurePeer, WrongBooksError } from '../../../../bench/peers/measure-peer.ts';
import type { Order, OrderAnswer, RunningPeer } from '../../../../bench/peers/peer.ts';

const loads: Loads = {
  warmUp: [{ orders: 3, concurrency: 2 }],
  success: [{ orders: 10, concurrency: 4 }],
  failure: [{ orders: 6, concurrency: 1 }],
};
const { signal } = new AbortController();

/** Sells from memory, and counts what is under way at once. */
class MemoryPeer implements RunningPeer {
  readonly processes = {};
  readonly placed: Order[] = [];
  most = 0;
  readonly #units = new Map<string, number>();
  #now = 0;

  async putItem(itemId: string, units: number): Promise<void> {
    this.#units.set(itemId, units);
  }

  async place(order: Order): Promise<OrderAnswer> {
    this.placed.push(order);
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    await Promise.resolve();
    this.#now -= 1;
    return this.answer(order);
  }

  async freeUnits(): Promise<number> {
    return [...this.#units.values()].reduce((sum, units) => sum + units, 0);
  }

  async stop(): Promise<void> {}

  protected answer({ itemId, quantity, paymentMethod }: Order): OrderAnswer {
    if (paymentMethod !== 'pm_card_visa') return { status: 'FAILED', failedAt: 1_000, compensatedAt: 1_007 };
    this.hold(itemId, quantity);
    return { status: 'SUCCEEDED' };
  }

  protected hold(itemId: string, quantity: number): void {
    this.#units.set(itemId, (this.#units.get(itemId) ?? 0) - quantity);
  }
}

describe('a peer', () => {
  it('gets every load, warm or measured, with so many customers at once and each order once', async () => {
    const peer = new MemoryPeer();
    const { success, failure } = await measurePeer(peer, loads, signal);
    expect(success.map(({ orders, endToEndMs }) => [orders, endToEndMs.count])).toEqual([[10, 10]]);
    expect(failure.map(({ orders, endToEndMs }) => [orders, endToEndMs.count])).toEqual([[6, 6]]);
    expect(peer.most).toBe(4);
    expect(new Set(peer.placed.map(({ executionId }) => executionId)).size).toBe(3 + 10 + 6);
  });

  it('took as long to compensate as its own instants say', async () => {
    const { failure } = await measurePeer(new MemoryPeer(), loads, signal);
    expect(failure[0]?.failedToCompensatedMs).toMatchObject({ p50: 7, p99: 7 });
  });

  it('that keeps the unit of a failed order is found out', async () => {
    class Keeping extends MemoryPeer {
      protected override answer(order: Order): OrderAnswer {
        this.hold(order.itemId, order.quantity);
        return super.answer(order);
      }
    }
    await expect(measurePeer(new Keeping(), loads, signal)).rejects.toThrow(WrongBooksError);
  });

  it('whose declined orders succeed is found out', async () => {
    class Paying extends MemoryPeer {
      protected override answer(order: Order): OrderAnswer {
        return super.answer({ ...order, paymentMethod: 'pm_card_visa' });
      }
    }
    await expect(measurePeer(new Paying(), loads, signal)).rejects.toThrow('ended as SUCCEEDED, not as FAILED');
  });
});
