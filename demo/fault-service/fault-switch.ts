import type { Fault } from '../faults/fault.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';

/** A fault that can be put in by its name. */
export interface NamedFault {
  /** Kebab-case. */
  readonly name: string;
  /** What is done, in a few words. */
  readonly how: string;
  readonly faults: readonly Fault[];
}

export interface FaultStatus {
  readonly faults: readonly { readonly name: string; readonly how: string }[];
  /** The one that is in, or half in. */
  readonly inForce?: string;
  /** One is being put in or taken out. */
  readonly isChanging: boolean;
}

export interface FaultSwitchOptions {
  readonly injector: Pick<FaultInjector, 'inject' | 'restore' | 'restoreAll'>;
  readonly faults: readonly NamedFault[];
}

/** One fault at a time: two at once would have each other's consequences. */
export class FaultSwitch {
  readonly #injector: FaultSwitchOptions['injector'];
  readonly #faults: readonly NamedFault[];
  #inForce: NamedFault | undefined;
  #isChanging = false;

  constructor({ injector, faults }: FaultSwitchOptions) {
    this.#injector = injector;
    this.#faults = faults;
  }

  get status(): FaultStatus {
    return {
      faults: this.#faults.map(({ name, how }) => ({ name, how })),
      ...(this.#inForce && { inForce: this.#inForce.name }),
      isChanging: this.#isChanging,
    };
  }

  /** Puts everything back that any fault may have changed, also one of a process before this one. */
  async reset(): Promise<'done' | 'busy'> {
    return this.#change(async () => {
      await this.#injector.restoreAll();
      this.#inForce = undefined;
    });
  }

  /** @throws FaultCallError; the fault may then be half in, and counts as in. */
  async putIn(name: string): Promise<'done' | 'busy' | 'unknown'> {
    const fault = this.#faults.find((candidate) => candidate.name === name);
    if (fault === undefined) return 'unknown';
    return this.#change(async () => {
      await this.#restore();
      // Said before it is done: what fails half-way is to be taken out as well.
      this.#inForce = fault;
      await this.#injector.inject(fault.faults);
    });
  }

  /** @throws FaultCallError; the fault then counts as in. */
  async takeOut(): Promise<'done' | 'busy'> {
    return this.#change(() => this.#restore());
  }

  async #restore(): Promise<void> {
    if (this.#inForce === undefined) return;
    await this.#injector.restore(this.#inForce.faults);
    this.#inForce = undefined;
  }

  async #change(change: () => Promise<void>): Promise<'done' | 'busy'> {
    if (this.#isChanging) return 'busy';
    this.#isChanging = true;
    try {
      await change();
      return 'done';
    } finally {
      this.#isChanging = false;
    }
  }
}
