/** Whose turn it is: a process of the system, or the world around it. Dead owners have no turns. */
export interface Owner {
  readonly name: string;
  /** How likely its turns are to come before those of others. */
  pace: number;
}

/** A call that somebody waits for: it happens when its turn comes. */
export interface ParkedCall {
  readonly owner: Owner;
  /** Carries it out and answers. */
  readonly run: () => void;
  /** What becomes of it when its owner dies while it is on its way: it may be carried out with nobody to answer. */
  readonly land?: () => void;
  /** Time does not pass this instant before it has happened: a client waits for no longer. */
  readonly mustRunBy: number;
}

interface Timer {
  readonly owner: Owner;
  readonly dueAt: number;
  readonly run: () => void;
}

export interface SchedulerOptions {
  readonly startsAt: number;
  /** Decides everything: whose turn is next, and when time goes on. */
  readonly random: () => number;
  /** How likely time is to go on to the next timer although calls wait: what makes calls slow. */
  readonly haste: () => number;
}

/** What one call takes at most, milliseconds. */
const MAX_TURN_MS = 30;

/**
 * The only source of order in a simulated system: every call to S3 or Lambda and every timer waits here until its turn
 * comes, one at a time, and between two turns everything runs that needs no turn. So one seed is one schedule.
 */
export class Scheduler {
  readonly #random: () => number;
  readonly #haste: () => number;
  #nowAt: number;
  #calls: ParkedCall[] = [];
  #timers: Timer[] = [];
  #turns = 0;

  constructor({ startsAt, random, haste }: SchedulerOptions) {
    this.#nowAt = startsAt;
    this.#random = random;
    this.#haste = haste;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#nowAt;
  }

  /** How many turns there were. */
  get turns(): number {
    return this.#turns;
  }

  park(call: ParkedCall): void {
    this.#calls.push(call);
  }

  /** Gives a function that cancels it. */
  at(dueAt: number, owner: Owner, run: () => void): () => void {
    const timer: Timer = { owner, dueAt, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Takes away whatever an owner waits for; gives its calls, which are on their way. */
  forget(owner: Owner): readonly ParkedCall[] {
    const calls = this.#calls.filter((call) => call.owner === owner);
    this.#calls = this.#calls.filter((call) => call.owner !== owner);
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
    return calls;
  }

  /** One turn, and everything that follows from it without another one. False when nobody waits for anything. */
  async turn(): Promise<boolean> {
    const run = this.#next();
    if (run === undefined) return false;
    this.#turns += 1;
    run();
    await settled();
    return true;
  }

  #next(): (() => void) | undefined {
    const due = this.#timers.filter(({ dueAt }) => dueAt <= this.#nowAt);
    const later = earliest(this.#timers, this.#nowAt);
    const waiting = this.#calls.length + due.length;
    if (later !== undefined && (waiting === 0 || (due.length === 0 && this.#random() < this.#haste())))
      return this.#goOnTo(later);
    if (waiting === 0) return undefined;
    const turn = this.#pick([...this.#calls, ...due]);
    const spent = this.#nowAt + Math.floor(this.#random() * MAX_TURN_MS);
    // What is due on the way is due, and has its turn before time goes further.
    this.#nowAt = Math.max(this.#nowAt, Math.min(spent, later?.dueAt ?? spent));
    return this.#take(turn);
  }

  #goOnTo(timer: Timer): () => void {
    const overdue = this.#calls.filter(({ mustRunBy }) => mustRunBy < timer.dueAt);
    const first = overdue.sort((a, b) => a.mustRunBy - b.mustRunBy)[0];
    if (first === undefined) {
      this.#nowAt = timer.dueAt;
      return this.#take(timer);
    }
    this.#nowAt = Math.max(this.#nowAt, first.mustRunBy);
    return this.#take(first);
  }

  #pick(turns: readonly (ParkedCall | Timer)[]): ParkedCall | Timer {
    let left = this.#random() * turns.reduce((sum, { owner }) => sum + owner.pace, 0);
    for (const turn of turns) {
      left -= turn.owner.pace;
      if (left < 0) return turn;
    }
    return turns.at(-1) as ParkedCall | Timer;
  }

  #take(turn: ParkedCall | Timer): () => void {
    this.#calls = this.#calls.filter((other) => other !== turn);
    this.#timers = this.#timers.filter((other) => other !== turn);
    return turn.run;
  }
}

function earliest(timers: readonly Timer[], after: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers)
    if (timer.dueAt > after && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
  return first;
}

/** One turn of the event loop: every promise chain that waits for no turn of ours has run to its next wait. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}
