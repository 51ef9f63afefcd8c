import { spawn, type ChildProcess as NodeChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { membersOf, signalProcess } from './process-group.ts';

export interface ProcessSpecification {
  readonly name: string;
  /** Arguments of Node: the script first. */
  readonly command: readonly string[];
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Where its output goes, appended: both streams, or standard error alone. */
  readonly logFile: string;
  /** Takes standard output, which then does not go to the log. */
  readonly onOutput?: (text: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long a process may take to end by itself before it is killed, milliseconds. */
const GRACE_MS = 8_000;
/** How long the kernel may take to remove what was killed. */
const REMOVAL_MS = 5_000;

/**
 * A Node process that leads a process group of its own: a ctrl-C at the terminal reaches only whoever started it, who
 * stops it in order, and stopping the group also ends what the process itself had started.
 */
export class ChildProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves once it has ended; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #child: NodeChildProcess;

  private constructor(specification: ProcessSpecification, child: NodeChildProcess, pid: number) {
    this.name = specification.name;
    this.pid = pid;
    this.#child = child;
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** @throws Error when the process cannot be started at all. */
  static async start(specification: ProcessSpecification): Promise<ChildProcess> {
    const log = openSync(specification.logFile, 'a');
    try {
      const child = spawn(process.execPath, [...specification.command], {
        cwd: specification.workingFolder,
        env: specification.environment,
        stdio: ['ignore', specification.onOutput === undefined ? log : 'pipe', log],
        detached: true,
      });
      if (specification.onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', specification.onOutput);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      return new ChildProcess(specification, child, child.pid ?? 0);
    } finally {
      closeSync(log);
    }
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Signals the process alone, not what it started. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Asks the process to end, and kills its group if it does not. Afterwards nothing of the group is left.
   * @throws Error when something survives even that.
   */
  async stop(): Promise<void> {
    if (!this.hasExited) {
      this.kill('SIGTERM');
      await Promise.race([this.exited, pause(GRACE_MS, undefined, { ref: false })]);
    }
    await removeGroup(this.pid, this.name);
  }
}

/** Kills whatever is left of a process group and waits until it is gone. */
export async function removeGroup(groupId: number, name: string): Promise<void> {
  const until = Date.now() + REMOVAL_MS;
  for (let left = membersOf(groupId); left.length > 0; left = membersOf(groupId)) {
    if (Date.now() > until)
      throw new Error(
        `Process group ${groupId} of ${name} cannot be ended: ${left.map(({ pid }) => pid).join(', ')} are left`,
      );
    signalProcess(-groupId, 'SIGKILL');
    await pause(20);
  }
}
