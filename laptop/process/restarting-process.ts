import { setTimeout as pause } from 'node:timers/promises';
import { ChildProcess, type Exit, type ProcessSpecification } from './child-process.ts';

export interface RestartingProcessOptions {
  readonly specification: ProcessSpecification;
  readonly onStarted: (child: ChildProcess) => void;
  readonly onExited: (exit: Exit & { readonly name: string; readonly restartInMs: number }) => void;
}

/** The pause before the first restart, and the longest one. It doubles while the process keeps dying young. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A process that lived this long was well: the next death begins with the short pause again. */
const WELL_AFTER_MS = 10_000;

/** Keeps one process running as systemd's `Restart=always` does: whatever it dies of, it is started again. */
export class RestartingProcess {
  readonly #options: RestartingProcessOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess;
  #restarts = 0;
  readonly #kept: Promise<void>;

  private constructor(options: RestartingProcessOptions, first: ChildProcess) {
    this.#options = options;
    this.#child = first;
    this.#kept = this.#keep();
  }

  static async start(options: RestartingProcessOptions): Promise<RestartingProcess> {
    const first = await ChildProcess.start(options.specification);
    options.onStarted(first);
    return new RestartingProcess(options, first);
  }

  get name(): string {
    return this.#child.name;
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#child.pid;
  }

  /** How often it had to be started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Signals the process that runs now and resolves once it has ended. It is then started again. False when none runs:
   * the last one has ended, and the next one is not started yet.
   */
  async kill(signal: NodeJS.Signals): Promise<boolean> {
    const child = this.#child;
    if (child.hasExited) return false;
    child.kill(signal);
    await child.exited;
    return true;
  }

  /** Ends the process for good; nothing of it is left afterwards. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child.stop();
    await this.#kept;
  }

  async #keep(): Promise<void> {
    const stopping = this.#stopping.signal;
    let pauseMs = FIRST_PAUSE_MS;
    let startedAt = Date.now();
    for (;;) {
      const exit = await this.#child.exited;
      if (stopping.aborted) return;
      if (Date.now() - startedAt >= WELL_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      this.#options.onExited({ ...exit, name: this.#child.name, restartInMs: pauseMs });
      // The abort ends the pause; that it was the abort is what the next line finds out.
      await pause(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted) return;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      const next = await ChildProcess.start(this.#options.specification);
      this.#child = next;
      this.#restarts += 1;
      startedAt = Date.now();
      this.#options.onStarted(next);
      // stop() came while the restart was under way and has seen only the one before.
      if (stopping.aborted) return next.stop();
    }
  }
}
