import { requireSleepable, type Clock } from '../../../platform/clock.ts';
import { never, type Owner } from './scheduler.ts';
import type { World } from './world.ts';

export type Role = 'coordinator' | 'monitor' | 'function' | 'world';

/** Once this many calls are on their way it dies; `hangs`: from then on no call is answered. */
export interface Doom {
  readonly atCall: number;
  readonly hangs: boolean;
}

export interface SimulatedProcessOptions {
  readonly name: string;
  readonly role: Role;
  /** How far its clock is off, milliseconds. */
  readonly skewMs: number;
  readonly doom?: Doom | undefined;
  readonly onDeath?: () => void;
}

/** Something that may be killed at any turn: then nobody answers it, and what it knew is gone. */
export class SimulatedProcess implements Owner {
  readonly name: string;
  readonly role: Role;
  readonly clock: Clock;
  pace = 1;
  readonly #world: World;
  readonly #doom: Doom | undefined;
  readonly #onDeath: (() => void) | undefined;
  #isAlive = true;
  #calls = 0;

  constructor(world: World, { name, role, skewMs, doom, onDeath }: SimulatedProcessOptions) {
    this.#world = world;
    this.name = name;
    this.role = role;
    this.#doom = doom;
    this.#onDeath = onDeath;
    this.clock = {
      now: () => world.scheduler.now() + skewMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Waits before another try, whatever the caller would wait in truth: for that it draws a number of its own. */
  readonly pause = (): Promise<void> => this.#sleep(this.#world.circumstances.between(1, 200));

  /** A call to a service. `run` carries it out, answers, and decides what goes wrong; `land` carries it out alone. */
  call<T>(
    run: (answer: { readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void }) => void,
    land: () => void,
  ): Promise<T> {
    if (!this.#isAlive) return never();
    this.#calls += 1;
    const isDoomed = this.#doom !== undefined && this.#calls >= this.#doom.atCall;
    if (isDoomed && this.#doom?.hangs === true) return never();
    return new Promise((resolve, reject) => {
      this.park(() => run({ resolve, reject }), land);
      if (isDoomed) this.kill('dies');
    });
  }

  park(run: () => void, land?: () => void): void {
    if (!this.#isAlive) return;
    const { scheduler } = this.#world;
    scheduler.park({ owner: this, run, mustRunBy: scheduler.now() + LONGEST_CALL_MS, ...(land && { land }) });
  }

  /** Some of its calls on their way are carried out, some later, some never. */
  kill(how: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    const { scheduler, circumstances, story, outside } = this.#world;
    story.tell(this.name, () => how);
    for (const { land } of scheduler.forget(this)) {
      if (land === undefined) continue;
      if (circumstances.strikes('late-landings'))
        scheduler.at(scheduler.now() + circumstances.between(1, LATEST_LANDING_MS), outside, land);
      else if (circumstances.random() < 0.5) land();
    }
    this.#onDeath?.();
  }

  /** It has done what it was there for. */
  end(): void {
    this.#isAlive = false;
    this.#world.scheduler.forget(this);
  }

  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    requireSleepable(ms);
    signal?.throwIfAborted();
    if (!this.#isAlive) return never();
    const { scheduler } = this.#world;
    await new Promise<void>((resolve) => scheduler.at(scheduler.now() + ms, this, resolve));
  }
}

/** The control path's clients give up a call after this long (monitor/main.ts); a function's are ended by its timeout. */
const LONGEST_CALL_MS = 10_000;
/** A request that S3 has received and not yet carried out is not carried out much later. */
const LATEST_LANDING_MS = 15_000;
