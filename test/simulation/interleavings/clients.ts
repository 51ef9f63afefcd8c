import type { PutItem } from '../../../booking/item-store.ts';
import type { CoordinatorProcess } from './coordinator-process.ts';
import type { Witness } from './witness.ts';
import { elapse, type World } from './world.ts';

export interface ClientsOptions {
  readonly world: World;
  readonly coordinators: readonly { coordinator: CoordinatorProcess | undefined }[];
  readonly witness: Witness;
  /** Whether a person looks after what is held. */
  readonly hasPerson: boolean;
}

export const ITEM = { itemId: 'seat', name: 'Seat', price: 4500, currency: 'EUR' } as const;
/** How long a client waits for an answer before it asks again. */
const PATIENCE_MS = 15_000;
const POLL_MS = 5_000;

/** Who orders: with a key, and then as often as it takes to be answered, or without one, and then once. */
export class Clients {
  readonly #options: ClientsOptions;
  #busy = 0;

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** Clients that still want something. */
  get busy(): number {
    return this.#busy;
  }

  start(): void {
    const { circumstances } = this.#options.world;
    if (circumstances.strikes('restocks')) void this.#whileBusy(() => this.#restock());
    for (let n = 1; n <= circumstances.orders; n += 1) void this.#whileBusy(() => this.#order(n));
    if (this.#options.hasPerson) void this.#askForRecoveries();
  }

  async #order(n: number): Promise<void> {
    const { world, witness } = this.#options;
    const { circumstances } = world;
    await elapse(world, circumstances.between(0, circumstances.pick([100, 20_000])));
    const request = {
      itemId: ITEM.itemId,
      quantity: circumstances.between(1, 3),
      paymentMethod: circumstances.strikes('declines') ? 'pm_card_chargeDeclined' : 'pm_card_visa',
    };
    const key = circumstances.random() < 0.7 ? `key-${n}` : undefined;
    const ask = async (coordinator: CoordinatorProcess) => {
      const answer = await coordinator.submit(request, key);
      if (answer.outcome !== 'accepted') throw new Error(`the order was answered with ${answer.outcome}`);
      return answer.order.executionId;
    };
    if (key === undefined) {
      const executionId = await this.#ask(ask);
      if (executionId !== undefined) witness.noteAnswer(`order ${n} without a key`, executionId);
      return;
    }
    const executionId = await this.#askOften(`order under ${key}`, ask);
    if (circumstances.strikes('redrives')) await this.#redrive(executionId);
  }

  /** More units, then perhaps fewer: as many times as it takes to be answered. */
  async #restock(): Promise<void> {
    const { world, witness } = this.#options;
    const { circumstances } = world;
    for (let n = circumstances.between(1, 2); n > 0; n -= 1) {
      await elapse(world, circumstances.between(0, 20_000));
      const units = Math.max(0, circumstances.units + circumstances.between(-4, 8));
      let answer: PutItem | undefined;
      while (answer === undefined) {
        answer = await this.#ask((coordinator) => coordinator.putItem({ ...ITEM, units }));
        if (answer === undefined) await elapse(world, circumstances.between(10, POLL_MS));
      }
      witness.noteUnits(answer.outcome === 'put' ? units : undefined);
    }
  }

  /** Looks at what is open, again and again: asks for the recovery of what was held until it is done, and at times of anything. */
  async #askForRecoveries(): Promise<never> {
    const { world, witness } = this.#options;
    const { circumstances } = world;
    for (;;) {
      await elapse(world, circumstances.between(10, 2 * POLL_MS));
      for (const executionId of witness.open) {
        if (!witness.isHeld(executionId) && circumstances.random() < 0.8) continue;
        const ask = () => this.#ask((coordinator) => coordinator.requestRecovery(executionId));
        await Promise.all(circumstances.strikes('repeated-requests') ? [ask(), ask()] : [ask()]);
      }
    }
  }

  /** Waits for the order's end, and repeats it when it failed. */
  async #redrive(executionId: string): Promise<void> {
    const { world, witness } = this.#options;
    while (witness.endOf(executionId) === undefined) await elapse(world, POLL_MS);
    if (witness.endOf(executionId) === 'SUCCEEDED') return;
    await this.#askOften(`redrive of ${executionId}`, async (coordinator) => {
      const answer = await coordinator.redrive(executionId);
      if (answer.outcome !== 'redriven') throw new Error(`the redrive was answered with ${answer.outcome}`);
      return answer.order.executionId;
    });
  }

  /** Until it is answered; at times by two requests at once, and once more when it is. Every answer must be the same. */
  async #askOften(what: string, ask: (coordinator: CoordinatorProcess) => Promise<string>): Promise<string> {
    const { world, witness } = this.#options;
    const { circumstances } = world;
    const untilAnswered = async () => {
      for (;;) {
        const answer = await this.#ask(ask);
        if (answer !== undefined) {
          witness.noteAnswer(what, answer);
          return answer;
        }
        await elapse(world, circumstances.between(10, POLL_MS));
      }
    };
    const askers = circumstances.strikes('repeated-requests') ? [untilAnswered(), untilAnswered()] : [untilAnswered()];
    const [answer = ''] = await Promise.all(askers);
    if (circumstances.strikes('repeated-requests')) await untilAnswered();
    return answer;
  }

  /** `undefined`: nobody answered, or with an error. */
  async #ask<T>(ask: (coordinator: CoordinatorProcess) => Promise<T>): Promise<T | undefined> {
    const { world, coordinators } = this.#options;
    const { coordinator } = world.circumstances.pick(coordinators);
    if (coordinator === undefined) return undefined;
    // It cannot tell an error from a connection that broke: it asks again.
    const answer = ask(coordinator).catch((error: unknown) => {
      world.story.tell('client', () => `is told: ${(error as Error).message}`);
      return undefined;
    });
    return Promise.race([answer, elapse(world, PATIENCE_MS).then(() => undefined)]);
  }

  async #whileBusy(act: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    await act();
    this.#busy -= 1;
  }
}
