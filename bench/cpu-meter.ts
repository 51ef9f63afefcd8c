import { readFileSync } from 'node:fs';

/** Processes of one component, at the moment of asking. */
export type ProcessesOf = Readonly<Record<string, () => readonly number[]>>;

/** Linux counts processor time in hundredths of a second for whoever reads /proc. */
const MS_PER_TICK = 10;
const SAMPLE_EVERY_MS = 250;

/**
 * Processor milliseconds that the processes of each component have used since the meter was started, user and system time
 * together, and under `client` what this process used. Samples in between, because a function's process may be gone at
 * the end. Empty where there is no /proc.
 */
export class CpuMeter {
  readonly #processesOf: ProcessesOf;
  readonly #used = new Map<string, Map<number, { readonly first: number; last: number }>>();
  readonly #timer: NodeJS.Timeout;
  readonly #own = process.cpuUsage();

  private constructor(processesOf: ProcessesOf) {
    this.#processesOf = processesOf;
    this.#sample(true);
    this.#timer = setInterval(() => this.#sample(false), SAMPLE_EVERY_MS).unref();
  }

  static start(processesOf: ProcessesOf): CpuMeter {
    return new CpuMeter(processesOf);
  }

  stop(): Readonly<Record<string, number>> {
    clearInterval(this.#timer);
    this.#sample(false);
    const sums = [...this.#used].map(([component, processes]) => {
      const ticks = [...processes.values()].reduce((sum, { first, last }) => sum + last - first, 0);
      return [component, ticks * MS_PER_TICK] as const;
    });
    const { user, system } = process.cpuUsage(this.#own);
    return sums.length === 0 ? {} : { ...Object.fromEntries(sums), client: (user + system) / 1000 };
  }

  #sample(isFirst: boolean): void {
    for (const [component, pids] of Object.entries(this.#processesOf)) {
      for (const pid of pids()) {
        const ticks = ticksOf(pid);
        if (ticks === undefined) continue;
        const known = this.#used.get(component) ?? new Map<number, { readonly first: number; last: number }>();
        this.#used.set(component, known);
        const process = known.get(pid);
        if (process !== undefined) process.last = ticks;
        // One that was not there at the start has used all of it since.
        else known.set(pid, { first: isFirst ? ticks : 0, last: ticks });
      }
    }
  }
}

/** `undefined` when there is no such process, or no /proc. */
function ticksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything, spaces and parentheses too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
