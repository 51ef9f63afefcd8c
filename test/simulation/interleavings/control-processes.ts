import type { CoordinatorProcess } from './coordinator-process.ts';
import type { MonitorProcess } from './monitor-process.ts';
import { SimulatedProcess, type Role } from './simulated-process.ts';
import { elapse, type World } from './world.ts';

export interface ControlProcessesOptions {
  readonly world: World;
  /** What runs in a process that has just started, with an empty memory. */
  readonly monitorIn: (process: SimulatedProcess) => MonitorProcess;
  readonly coordinatorIn: (process: SimulatedProcess) => CoordinatorProcess;
}

/** One place where a monitor runs: the one that does so now, if any. */
export interface MonitorSeat {
  monitor: MonitorProcess | undefined;
}

/** One place where a coordinator runs. */
export interface CoordinatorDesk {
  coordinator: CoordinatorProcess | undefined;
}

const MAX_DOWN_MS = 40_000;
const MONITOR_SKEW_MS = 500;
/** A coordinator's clock serves for ids only, so it may be off by much. */
const COORDINATOR_SKEW_MS = 600_000;

/** The monitors and coordinators of a schedule: each dies at any turn, and another one takes its place after a while. */
export class ControlProcesses {
  readonly seats: readonly MonitorSeat[];
  readonly desks: readonly CoordinatorDesk[];
  readonly #options: ControlProcessesOptions;
  readonly #alive = new Set<SimulatedProcess>();
  #aheadMs = 0;
  #started = 0;
  #crashes = 0;

  constructor(options: ControlProcessesOptions) {
    this.#options = options;
    const { circumstances } = options.world;
    this.seats = places(circumstances.strikes('second-monitor') ? 2 : 1, () => ({ monitor: undefined }));
    this.desks = places(circumstances.strikes('second-coordinator') ? 2 : 1, () => ({ coordinator: undefined }));
  }

  /** How far any clock was ahead: the sweep, which lists by id, sees the orders of a coordinator that much later. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  get crashes(): number {
    return this.#crashes;
  }

  startAll(): void {
    for (const seat of this.seats) this.#startMonitor(seat);
    for (const desk of this.desks) this.#startCoordinator(desk);
  }

  /** If it so happens. */
  crashSomebody(): void {
    const { circumstances } = this.#options.world;
    for (const trouble of ['monitor-crashes', 'coordinator-crashes'] as const) {
      if (!circumstances.strikes(trouble)) continue;
      const role = trouble === 'monitor-crashes' ? 'monitor' : 'coordinator';
      const victims = [...this.#alive].filter((process) => process.role === role && process.isAlive);
      if (victims.length > 0) circumstances.pick(victims).kill('dies');
    }
    // Who is quick and who is slow changes now and then.
    if (circumstances.random() < 0.02)
      for (const process of this.#alive) process.pace = circumstances.pick([1, 1, 0.1, 0.01]);
  }

  /** Nobody is slow any more. */
  calmDown(): void {
    for (const process of this.#alive) process.pace = 1;
  }

  #startMonitor(seat: MonitorSeat): void {
    const process = this.#start('monitor', MONITOR_SKEW_MS, () => {
      seat.monitor = undefined;
      void this.#restart(() => this.#startMonitor(seat));
    });
    const monitor = this.#options.monitorIn(process);
    seat.monitor = monitor;
    monitor.start();
  }

  #startCoordinator(desk: CoordinatorDesk): void {
    const process = this.#start('coordinator', COORDINATOR_SKEW_MS, () => {
      desk.coordinator = undefined;
      void this.#restart(() => this.#startCoordinator(desk));
    });
    desk.coordinator = this.#options.coordinatorIn(process);
  }

  #start(role: Role, maxSkewMs: number, onDeath: () => void): SimulatedProcess {
    const { world } = this.#options;
    const { circumstances, story } = world;
    const skewMs = circumstances.strikes('wrong-clocks') ? circumstances.between(-maxSkewMs, maxSkewMs) : 0;
    this.#aheadMs = Math.max(this.#aheadMs, skewMs);
    this.#started += 1;
    const process = new SimulatedProcess(world, {
      name: `${role}#${this.#started}`,
      role,
      skewMs,
      onDeath: () => {
        this.#alive.delete(process);
        this.#crashes += 1;
        onDeath();
      },
    });
    this.#alive.add(process);
    story.tell(process.name, () => 'starts');
    return process;
  }

  async #restart(start: () => void): Promise<void> {
    const { world } = this.#options;
    await elapse(world, world.circumstances.between(10, MAX_DOWN_MS));
    start();
  }
}

function places<T>(count: number, create: () => T): readonly T[] {
  return Array.from({ length: count }, create);
}
