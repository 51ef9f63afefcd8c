import { spawn, type ChildProcess as NodeChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** This end of the watchdog's standard input: see `watchdog.ts`. */
export class WatchdogLink {
  readonly #child: NodeChildProcess;

  private constructor(child: NodeChildProcess) {
    this.#child = child;
    // A watchdog that is gone cannot be written to; the system runs on, only less guarded.
    child.stdin?.on('error', () => undefined);
    child.on('error', () => undefined);
  }

  static start(script: string, environment: Readonly<Record<string, string>>): WatchdogLink {
    return new WatchdogLink(
      spawn(process.execPath, [script], { env: environment, stdio: ['pipe', 'ignore', 'ignore'], detached: true }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  watch(groupId: number): void {
    this.#child.stdin?.write(`watch ${groupId}\n`);
  }

  forget(groupId: number): void {
    this.#child.stdin?.write(`forget ${groupId}\n`);
  }

  /** Ends the watchdog. What it still watches, it ends first. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }
}
