import type { FailureKind } from '../../../workflow/failure.ts';
import type { Looked } from '../../../monitor/queue/execution-queue.ts';
import { elapse, type World } from './world.ts';

/** What a signal says. */
export interface Report {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
  readonly requestId: string;
  readonly kind: FailureKind;
  readonly signal: 'log' | 'destination';
}

const USUAL_DELAY_MS = 3_000;
const LATEST_MS = 150_000;
/** A record of a failed event is hidden from others for this long once somebody has it. */
const HIDDEN_MS = 60_000;
/** How soon a monitor is looked for again that is not there. */
const RESTART_MS = 5_000;

/** A monitor, to whoever has something to tell it. */
export interface Listener {
  report(report: Report, evidenceAt: number): Promise<Looked>;
  look(executionId: string): void;
}

/** One place where a monitor runs: the one that does so now, if any. */
export interface Seat {
  monitor: Listener | undefined;
}

/**
 * What reaches the monitors of what happened to the functions: every monitor reads the log by itself, and a record of a
 * failed event goes to one of them, and to another one unless its look is over in time. Either may be lost, late or repeated.
 */
export class SignalDeliveries {
  readonly #world: World;
  readonly #seats: readonly Seat[];
  #underWay = 0;

  constructor(world: World, seats: readonly Seat[]) {
    this.#world = world;
    this.#seats = seats;
  }

  get underWay(): number {
    return this.#underWay;
  }

  failed(report: Report): void {
    const { circumstances } = this.#world;
    if (report.signal === 'log') {
      for (const seat of this.#seats)
        this.#send(report, seat, (monitor) => void monitor.report(report, this.#world.scheduler.now()));
    } else if (!circumstances.strikes('lost-signals')) void this.#queue(report);
  }

  /** A step that says no wrote its record itself: the line says only that there is something to do. */
  rejected(executionId: string): void {
    for (const seat of this.#seats) this.#send({ executionId, kind: 'REJECTED' }, seat, (m) => m.look(executionId));
  }

  #send(
    { executionId, kind }: Pick<Report, 'executionId' | 'kind'>,
    seat: Seat,
    give: (monitor: Listener) => void,
  ): void {
    const { circumstances, story } = this.#world;
    if (circumstances.strikes('lost-signals')) {
      story.tell('log', () => `the line that says ${kind} of ${executionId} is lost`);
      return;
    }
    const lines = circumstances.strikes('repeated-signals') ? 2 : 1;
    for (let n = 0; n < lines; n += 1) void this.#line(seat, give);
  }

  async #line(seat: Seat, give: (monitor: Listener) => void): Promise<void> {
    this.#underWay += 1;
    await elapse(this.#world, this.#delayMs());
    // A monitor that begins anew reads what was written while none was there.
    while (seat.monitor === undefined) await elapse(this.#world, RESTART_MS);
    give(seat.monitor);
    this.#underWay -= 1;
  }

  async #queue(report: Report): Promise<void> {
    const { circumstances, scheduler } = this.#world;
    this.#underWay += 1;
    await elapse(this.#world, this.#delayMs());
    const evidenceAt = scheduler.now();
    let isDeleted = false;
    while (!isDeleted) {
      const { monitor } = circumstances.pick(this.#seats);
      if (monitor === undefined) {
        await elapse(this.#world, RESTART_MS);
        continue;
      }
      const looked = monitor.report(report, evidenceAt).then((answer) => {
        isDeleted ||= answer === 'looked' && !circumstances.strikes('repeated-signals');
      });
      await Promise.race([looked, elapse(this.#world, HIDDEN_MS)]);
      if (!isDeleted) await elapse(this.#world, HIDDEN_MS);
    }
    this.#underWay -= 1;
  }

  #delayMs(): number {
    const { circumstances } = this.#world;
    return circumstances.between(100, circumstances.strikes('late-signals') ? LATEST_MS : USUAL_DELAY_MS);
  }
}
