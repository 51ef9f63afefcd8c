import type { Clock } from '../../platform/clock.ts';
import type { StepName } from './simulated-faults.ts';

/** A process of a function, which runs one invocation after another and writes to one stream. */
export interface Sandbox {
  readonly streamName: string;
  /** Its clock is this far from ours. */
  readonly skewMs: number;
  isWarm: boolean;
}

const MAX_SKEW_MS = 200;

/** Starts a sandbox when none of the function's is free, as Lambda does. */
export class SimulatedSandboxes {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #idle = new Map<StepName, Sandbox[]>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: () => number }) {
    this.#clock = clock;
    this.#random = random;
  }

  static functionNameOf(step: StepName): string {
    return `simulated-${step}`;
  }

  async using<T>(step: StepName, run: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const idle = this.#idle.get(step) ?? [];
    this.#idle.set(step, idle);
    const sandbox = idle.pop() ?? this.#start(step);
    const result = await run(sandbox);
    idle.push(sandbox);
    return result;
  }

  #start(step: StepName): Sandbox {
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    return {
      streamName: `${day}/${SimulatedSandboxes.functionNameOf(step)}[$LATEST]${randomHex(32, this.#random)}`,
      skewMs: Math.floor((this.#random() - 0.5) * 2 * MAX_SKEW_MS),
      isWarm: false,
    };
  }
}

export function randomHex(digits: number, random: () => number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}
