import type { Clock } from '../../platform/clock.ts';

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly onDue: (executionId: string) => void;
}

/** Executions waited for at most; those beyond it are left to the sweep. */
const CAPACITY = 100_000;
/** Alarms are kept in slots this wide, so that a hundred thousand of them cost a hundred timers' worth of work. */
const SLOT_MS = 50;

/** When to look at an execution again. The earliest wish for each execution counts. Nothing here outlives the process. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #slotOf = new Map<string, number>();
  readonly #slots = new Map<number, Set<string>>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  lookAt(executionId: string, at: number): void {
    const slot = Math.ceil(at / SLOT_MS);
    const current = this.#slotOf.get(executionId);
    if (current !== undefined && current <= slot) return;
    if (current === undefined && this.#slotOf.size >= CAPACITY) return;
    this.cancel(executionId);
    this.#slotOf.set(executionId, slot);
    const members = this.#slots.get(slot) ?? new Set();
    this.#slots.set(slot, members.add(executionId));
  }

  has(executionId: string): boolean {
    return this.#slotOf.has(executionId);
  }

  cancel(executionId: string): void {
    const slot = this.#slotOf.get(executionId);
    if (slot === undefined) return;
    this.#slotOf.delete(executionId);
    const members = this.#slots.get(slot);
    members?.delete(executionId);
    if (members?.size === 0) this.#slots.delete(slot);
  }

  /** Hands over everything whose time has come. */
  tick(): void {
    const due = Math.floor(this.#options.clock.now() / SLOT_MS);
    for (const [slot, members] of this.#slots) {
      if (slot > due) continue;
      this.#slots.delete(slot);
      for (const executionId of members) {
        this.#slotOf.delete(executionId);
        this.#options.onDue(executionId);
      }
    }
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.tick();
      // Aborting the pause ends the loop at its condition.
      await this.#options.clock.sleep(SLOT_MS, signal).catch(() => undefined);
    }
  }
}
