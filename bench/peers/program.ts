import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { removeGroup } from '../../laptop/process/child-process.ts';

export interface ProgramSpecification {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Both streams, appended. */
  readonly logFile: string;
  /** Whose process it is; of whoever starts it when absent. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What asks it to end. */
  readonly stopSignal?: NodeJS.Signals;
  /** Whether it is a service of ours, which tells its port. */
  readonly isService?: boolean;
}

/** It ended, or did not get ready; the message has the end of its log. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

const READY_TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 50;
const GRACE_MS = 10_000;
const LOG_END_CHARACTERS = 2_000;

/**
 * Any program, in a process group of its own: a ctrl-C at the terminal reaches only whoever started it, who stops it in
 * order.
 */
export class Program {
  readonly pid: number;
  readonly #specification: ProgramSpecification;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #port: Promise<number>;

  private constructor(specification: ProgramSpecification, child: ChildProcess) {
    this.pid = child.pid ?? 0;
    this.#specification = specification;
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    this.#port = new Promise((resolve) => child.once('message', ({ port }: { port: number }) => resolve(port)));
  }

  /** @throws Error when it cannot be started at all. */
  static async start(specification: ProgramSpecification): Promise<Program> {
    const { file, args, environment, workingFolder, logFile, user, isService = false } = specification;
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(file, [...args], {
        cwd: workingFolder,
        env: environment,
        stdio: ['ignore', log, log, ...(isService ? (['ipc'] as const) : [])],
        detached: true,
        ...user,
      });
      const program = new Program(specification, child);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      return program;
    } finally {
      closeSync(log);
    }
  }

  /** The port that a service listens on, once it does. */
  async port(signal: AbortSignal): Promise<number> {
    return this.#orItFails(this.#port, signal);
  }

  /** Resolves once `isReady` says so; whatever it throws means not yet. */
  async untilReady(isReady: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const given = new AbortController();
    const asking = (async () => {
      while (!given.signal.aborted && !(await isReady().catch(() => false))) await pause(ASK_AGAIN_MS);
    })();
    try {
      await this.#orItFails(asking, signal);
    } finally {
      given.abort();
    }
  }

  /** Asks it to end, and kills what is left of it then. @throws Error when something survives even that. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(this.#specification.stopSignal ?? 'SIGTERM');
      await Promise.race([this.#exited, pause(GRACE_MS, undefined, { ref: false })]);
    }
    await removeGroup(this.pid, this.#specification.name);
  }

  /** @throws ProgramFailedError when it ends first, or `READY_TIMEOUT_MS` have passed. */
  async #orItFails<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
    const settled = new AbortController();
    const late = pause(READY_TIMEOUT_MS, undefined, { signal: AbortSignal.any([signal, settled.signal]) });
    try {
      return await Promise.race([
        awaited,
        this.#exited.then(() => this.#fail('has ended')),
        late.then(() => this.#fail(`is not ready after ${READY_TIMEOUT_MS / 1000} s`)),
      ]);
    } finally {
      settled.abort();
    }
  }

  #fail(what: string): never {
    const { name, logFile } = this.#specification;
    const end = readFileSync(logFile, 'utf8').slice(-LOG_END_CHARACTERS);
    throw new ProgramFailedError(`${name} ${what}. The end of its log:\n${end}`);
  }
}
