import type { Fault } from '../faults/fault.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';

/** The faults of one scenario, and whether they are in: whoever leaves the scenario takes them out if they still are. */
export class SwitchedFaults {
  readonly #injector: Pick<FaultInjector, 'inject' | 'restore'>;
  readonly #faults: readonly Fault[];
  #areIn = false;

  constructor(injector: Pick<FaultInjector, 'inject' | 'restore'>, faults: readonly Fault[]) {
    this.#injector = injector;
    this.#faults = faults;
  }

  /** There is something to meet when they are in. */
  get exist(): boolean {
    return this.#faults.length > 0;
  }

  async putIn(): Promise<void> {
    if (this.#areIn) return;
    // Said before it is done: what fails half-way is to be taken out as well.
    this.#areIn = true;
    await this.#injector.inject(this.#faults);
  }

  async takeOut(): Promise<void> {
    if (!this.#areIn) return;
    await this.#injector.restore(this.#faults);
    this.#areIn = false;
  }
}
