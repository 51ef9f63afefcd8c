import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostEnvironment } from '../laptop/host-environment.ts';
import { startSystem, synthesizeStack } from '../laptop/system.ts';
import type { ProcessExit, System } from '../laptop/system-options.ts';
import { openTarget, type Target } from './target.ts';

export interface LaptopTargetsOptions {
  /** How many systems run side by side. */
  readonly count: number;
  readonly hostEnvironment: HostEnvironment;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
  readonly onExited: (exit: ProcessExit) => void;
}

/** Systems of the demo's own in a folder of the demo's own: whatever else runs on this machine is not touched. */
export class LaptopTargets {
  readonly stateFolder: string;
  readonly #systems: System[] = [];
  readonly #targets: Target[] = [];

  private constructor(stateFolder: string) {
    this.stateFolder = stateFolder;
  }

  static async create(): Promise<LaptopTargets> {
    return new LaptopTargets(await mkdtemp(join(tmpdir(), 'stateful-serverless-demo-')));
  }

  async start({
    count,
    hostEnvironment,
    signal,
    onProgress,
    onExited,
  }: LaptopTargetsOptions): Promise<readonly Target[]> {
    onProgress('synthesizing the stack');
    await synthesizeStack(hostEnvironment);
    const starting = Array.from({ length: count }, async (_, index) => {
      const stateFolder = join(this.stateFolder, `system-${index + 1}`);
      // The first one's words are enough: all of them do the same.
      const system = await startSystem({ stateFolder, hostEnvironment, onExited, ...(index === 0 && { onProgress }) });
      this.#systems.push(system);
      const { url, aws, stackName } = system;
      const target = await openTarget({ url, aws, stackName, signal });
      this.#targets.push(target);
      return target;
    });
    // All of them end before a failure is told, so that stop() finds everything that was started.
    const started = await Promise.allSettled(starting);
    return started.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  get systems(): readonly System[] {
    return this.#systems;
  }

  get logFolders(): readonly string[] {
    return this.#systems.map(({ logFolder }) => logFolder);
  }

  async stop(): Promise<void> {
    for (const target of this.#targets) target.close();
    await Promise.all(this.#systems.map((system) => system.stop()));
  }

  async removeState(): Promise<void> {
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}
