import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostEnvironment } from '../laptop/host-environment.ts';
import { describeExit } from '../laptop/process-exit.ts';
import { startSystem, synthesizeStack } from '../laptop/system.ts';
import type { System, SystemOptions } from '../laptop/system-options.ts';
import { startSilentListener, type SilentListener } from './silent-listener.ts';
import { openTarget, type Target } from './target.ts';
import type { OpenOptions, OpenTargets, TargetSource } from './target-source.ts';

/** Nobody listens on the discard port, and nothing may be started there without being root. */
export const CLOSED_ENDPOINT = 'http://127.0.0.1:9';
/** On this machine a change is in force when the call that makes it is answered. */
const SETTLING_MS = 0;

export interface LaptopTargetsOptions {
  readonly hostEnvironment: HostEnvironment;
  /** How badly the AWS on loopback behaves; absent: well. */
  readonly conditions?: SystemOptions['conditions'];
  /** Told of processes that ended and are started again; absent: it is said aloud. */
  readonly onExited?: SystemOptions['onExited'];
}

/** Systems of the demo's own in a folder of the demo's own: whatever else runs on this machine is not touched. */
export class LaptopTargets implements TargetSource {
  readonly closeTimeoutMs = 30_000;
  readonly interruptedNotice = 'Interrupted: ending the systems.';
  readonly stateFolder: string;
  readonly #options: LaptopTargetsOptions;
  readonly #systems: System[] = [];
  readonly #targets: Target[] = [];
  #silent: SilentListener | undefined;

  private constructor(stateFolder: string, options: LaptopTargetsOptions) {
    this.stateFolder = stateFolder;
    this.#options = options;
  }

  static async create(options: LaptopTargetsOptions): Promise<LaptopTargets> {
    return new LaptopTargets(await mkdtemp(join(tmpdir(), 'stateful-serverless-')), options);
  }

  async open({ count, signal, progress }: OpenOptions): Promise<OpenTargets> {
    const { hostEnvironment, conditions, onExited } = this.#options;
    this.#silent = await startSilentListener();
    progress.show('synthesizing the stack');
    await synthesizeStack(hostEnvironment);
    const starting = Array.from({ length: count }, async (_, index) => {
      const system = await startSystem({
        stateFolder: join(this.stateFolder, `system-${index + 1}`),
        hostEnvironment,
        onExited: onExited ?? ((exit) => progress.say(describeExit(exit))),
        ...(conditions && { conditions }),
        // The first one's words are enough: all of them do the same.
        ...(index === 0 && { onProgress: (what: string) => progress.show(what) }),
      });
      this.#systems.push(system);
      const { url, aws, stackName } = system;
      const target = await openTarget({ url, aws, stackName, settlingMs: SETTLING_MS, signal });
      this.#targets.push(target);
      return target;
    });
    // All of them end before a failure is told, so that close() finds everything that was started.
    const [first, ...others] = (await Promise.allSettled(starting)).map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    if (first === undefined) throw new RangeError(`${count} systems are to be started, expected at least 1`);
    return {
      targets: [first, ...others],
      surroundings: { closedEndpoint: CLOSED_ENDPOINT, silentEndpoint: this.#silent.url },
    };
  }

  get systems(): readonly System[] {
    return this.#systems;
  }

  get logFolders(): readonly string[] {
    return this.#systems.map(({ logFolder }) => logFolder);
  }

  get whereToLook(): string {
    const folders = this.logFolders.map((folder) => `\n  ${folder}`).join('');
    return `What the processes logged and everything they stored is kept in ${this.stateFolder}${folders}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.close()));
    await Promise.all(this.#systems.map((system) => system.stop()));
    this.#silent?.close();
  }

  async discard(): Promise<void> {
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}
