import { spawn, type ChildProcess } from 'node:child_process';
import { instanceEnvironment, type InstanceEndpoints } from '../../../laptop/instance-environment.ts';
import { untilReady } from '../../../laptop/readiness.ts';
import { readServiceUnit, type ServiceUnit } from './service-unit.ts';

export type ServiceName = 'coordinator' | 'monitor';

export interface ServiceOptions {
  /** Of the host: what a first boot made. */
  readonly root: string;
  readonly name: ServiceName;
  readonly endpoints: InstanceEndpoints;
  /** Instead of the unit's; 0: any free one. */
  readonly port?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Readiness {
  readonly status: number;
  /** `status` is ok, or the problem's, whose `detail` says what is wrong. */
  readonly body: { readonly status: string | number; readonly detail?: string };
}

type LogLine = Readonly<Record<string, unknown>>;

const NODE = '/usr/bin/node-24';
const READY_TIMEOUT_MS = 20_000;
/** The SDK's notice about Node versions that it will drop: the host's is not one of them, a laptop's may be. */
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/**
 * A unit of the control node as a process here: the unit's own command and environment. Different are the paths of Node
 * and of the archive, and what has to be said where the machine is not an instance.
 */
export class Service {
  readonly name: ServiceName;
  readonly unit: ServiceUnit;
  /** Resolves once it has ended and all that it wrote is here. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #written = { stdout: '', stderr: '' };
  #exit: Exit | undefined;

  private constructor(name: ServiceName, unit: ServiceUnit, child: ChildProcess) {
    this.name = name;
    this.unit = unit;
    this.#child = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => (this.#written[stream] += text));
    }
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve((this.#exit = { code, signal })));
    });
  }

  static async start({ root, name, endpoints, port }: ServiceOptions): Promise<Service> {
    const unit = await readServiceUnit(root, name);
    if (unit.program !== NODE) throw new Error(`${name} runs ${unit.program}, expected ${NODE}`);
    const home = /^\/opt\/stateful-serverless\//;
    const child = spawn(
      process.execPath,
      unit.arguments.map((argument) => argument.replace(home, `${root}$&`)),
      {
        // As systemd does when a unit names none.
        cwd: '/',
        env: {
          ...unit.environment,
          ...instanceEnvironment(endpoints),
          ...QUIET_SDK,
          ...(port !== undefined && { PORT: String(port) }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return new Service(name, unit, child);
  }

  get stderr(): string {
    return this.#written.stderr;
  }

  /** What it has logged, without what else it wrote. */
  get logLines(): readonly LogLine[] {
    const lines = this.#written.stdout.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as LogLine).filter((line) => 'level' in line);
  }

  /** Where it says that it listens. @throws Error before it does. */
  get url(): string {
    const url = this.logLines.find((line) => 'url' in line)?.['url'];
    if (typeof url !== 'string') throw new Error(`${this.name} does not listen`);
    return url;
  }

  async readiness(): Promise<Readiness> {
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    return { status: answer.status, body: (await answer.json()) as Readiness['body'] };
  }

  async untilReady(): Promise<void> {
    await untilReady({
      name: this.name,
      timeoutMs: READY_TIMEOUT_MS,
      isReady: async () => {
        const { status, body } = await this.readiness();
        if (status !== 200) throw new Error(body.detail);
        return true;
      },
      hopeless: () => this.#exit && `it ended with ${this.#exit.signal ?? this.#exit.code}: ${this.stderr}`,
    });
  }

  /** As systemd stops it: what has not ended in time is killed. */
  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.unit.timeoutStopMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once and for good. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}
