import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAwsClients, type AwsAccess } from './aws-access.ts';
import { noteAws } from './aws-note.ts';
import type { Bundles } from './build/bundles.ts';
import type { ControlNodeCode } from './control-node-code.ts';
import { freePort } from './free-port.ts';
import { localAwsEnvironment, machineEnvironment } from './host-environment.ts';
import { instanceEnvironment } from './instance-environment.ts';
import { startLocalAws, type StartedLocalAws } from './local-aws-process.ts';
import type { ChildProcess, ProcessSpecification } from './process/child-process.ts';
import type { ProcessBook } from './process/process-book.ts';
import { livingProcesses, membersOf } from './process/process-group.ts';
import { RestartingProcess, type RestartingProcessOptions } from './process/restarting-process.ts';
import { WatchdogLink } from './process/watchdog-link.ts';
import { untilReady } from './readiness.ts';
import { rotateLog } from './rotate-log.ts';
import { readControlNodeEnvironment } from './stack-outputs.ts';
import type { NodeOptions } from './unit-options.ts';
import type { StoppableProcess, System, SystemOptions } from './system-options.ts';

export interface Folders {
  readonly logs: string;
  readonly code: string;
  readonly assembly: string;
  readonly aws: string;
}

export interface RunningSystemOptions {
  readonly options: SystemOptions;
  readonly stackName: string;
  readonly folders: Folders;
  readonly bundles: Bundles;
  readonly code: ControlNodeCode;
  readonly nodeOptions: NodeOptions;
  readonly book: ProcessBook;
}

export interface RunningAws {
  readonly localAws: RestartingProcess;
  readonly access: AwsAccess;
  readonly instanceMetadataUrl: string;
  /** What the stack tells coordinator and monitor. */
  readonly controlNodeEnvironment: Readonly<Record<string, string>>;
}

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** From its sources: it builds functions, broken ones, from theirs. Nobody waits for it. */
const FAULT_SERVICE = 'demo/fault-service/main.ts';
const READY_TIMEOUT_MS = 30_000;
/** As many restarts before the first answer are no accident. */
const RESTARTS_AT_START = 3;
const LOOK_AT_LOGS_EVERY_MS = 60_000;

/** The processes of one system, from the first start to the last stop. */
export class RunningSystem {
  readonly #options: SystemOptions;
  readonly #stackName: string;
  readonly #folders: Folders;
  readonly #bundles: Bundles;
  readonly #code: ControlNodeCode;
  readonly #nodeOptions: NodeOptions;
  readonly #book: ProcessBook;
  readonly #machine: Readonly<Record<string, string>>;
  readonly #watchdog: WatchdogLink;
  #localAws: RestartingProcess | undefined;
  readonly #controlNode = new Set<RestartingProcess>();
  readonly #logFiles = new Set<string>();
  readonly #rotation: NodeJS.Timeout;
  #stopping: Promise<void> | undefined;

  constructor({ options, stackName, folders, bundles, code, nodeOptions, book }: RunningSystemOptions) {
    this.#options = options;
    this.#stackName = stackName;
    this.#folders = folders;
    this.#bundles = bundles;
    this.#code = code;
    this.#nodeOptions = nodeOptions;
    this.#book = book;
    this.#machine = machineEnvironment(options.hostEnvironment);
    this.#watchdog = WatchdogLink.start(bundles.watchdog, this.#machine);
    this.#rotation = setInterval(() => this.#rotateLogs(), LOOK_AT_LOGS_EVERY_MS).unref();
    book.add({ name: 'watchdog', pid: this.#watchdog.pid, marker: bundles.watchdog });
  }

  /** The AWS alone, without a control node: what was stored can be reached, and functions run. */
  async startAws(): Promise<RunningAws> {
    this.#options.onProgress?.('starting the AWS on loopback');
    const { process: localAws, access, instanceMetadataUrl } = await this.#startLocalAws();
    noteAws(this.#options.stateFolder, { access, stackName: this.#stackName });
    const clients = createAwsClients(access);
    const controlNodeEnvironment = await readControlNodeEnvironment(clients.cloudFormation, this.#stackName).finally(
      () => clients.close(),
    );
    return { localAws, access, instanceMetadataUrl, controlNodeEnvironment };
  }

  async start(port: number): Promise<System> {
    const { localAws, access: aws, instanceMetadataUrl, controlNodeEnvironment } = await this.startAws();

    this.#options.onProgress?.('starting coordinator and monitor');
    const endpoints = instanceEnvironment({ aws: aws.endpoint, metadata: instanceMetadataUrl });
    const environment = { ...controlNodeEnvironment, ...endpoints, ...QUIET_SDK };
    const faults = this.#options.hasFaultService ? await this.#startFaultService(aws) : {};
    const startMonitor = (name: string, different: Readonly<Record<string, string>> = {}) =>
      this.#startControlProcess(name, 'monitor', { ...environment, ...different });
    const [coordinator, monitor] = await Promise.all([
      this.#startControlProcess('coordinator', 'coordinator', {
        ...environment,
        ...faults,
        HOST: '127.0.0.1',
        PORT: String(port),
      }),
      startMonitor('monitor'),
    ]);
    const url = `http://127.0.0.1:${port}`;
    const coordinatorIsReady = (hopeless?: () => string | undefined) =>
      untilReady({
        name: 'The coordinator',
        timeoutMs: READY_TIMEOUT_MS,
        isReady: () => answersReady(url),
        ...(hopeless && { hopeless }),
      });
    await coordinatorIsReady(() => this.#whyHopeless());
    return {
      url,
      aws,
      stackName: this.#stackName,
      stateFolder: this.#options.stateFolder,
      logFolder: this.#folders.logs,
      controlNodeEnvironment,
      localAws,
      coordinator,
      monitor: this.#stoppable(monitor),
      functionPids: () => this.#functionPids(),
      startMonitor: async (name, different) => this.#stoppable(await startMonitor(name, different)),
      untilReady: () => coordinatorIsReady(),
      stop: () => this.stop(),
    };
  }

  /** In the reverse order of the start: nothing then writes errors about what it misses. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    clearInterval(this.#rotation);
    await Promise.all([...this.#controlNode].map((kept) => kept.stop()));
    await this.#localAws?.stop();
    await this.#watchdog.close();
    this.#book.clear();
  }

  async #startLocalAws(): Promise<StartedLocalAws> {
    const started = await startLocalAws({
      script: this.#bundles.localAws,
      stateFolder: this.#folders.aws,
      assemblyFolder: this.#folders.assembly,
      conditions: this.#options.conditions ?? {},
      environment: localAwsEnvironment(this.#options.hostEnvironment),
      logFile: this.#logFile('aws'),
      onStarted: (child) => this.#note('aws', child, this.#bundles.localAws),
      onExited: (exit) => this.#tellExited(exit),
    });
    this.#localAws = started.process;
    return started;
  }

  /** Gives what the coordinator must be told of it. It is not waited for: the page says so until it answers. */
  async #startFaultService({
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
  }: AwsAccess): Promise<Record<string, string>> {
    const port = await freePort(0);
    const token = randomBytes(32).toString('hex');
    const { stateFolder } = this.#options;
    const environment = {
      ...this.#machine,
      ...QUIET_SDK,
      FAULTS_PORT: String(port),
      FAULTS_TOKEN: token,
      STACK_NAME: this.#stackName,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    // The folder says to whoever reads a list of processes whose it is.
    const command = ['--import', 'tsx', FAULT_SERVICE, stateFolder];
    await this.#startKept({ name: 'fault-service', command, environment, workingFolder: PROJECT_FOLDER }, stateFolder);
    return { FAULTS_URL: `http://127.0.0.1:${port}`, FAULTS_TOKEN: token };
  }

  #startControlProcess(
    name: string,
    unit: keyof NodeOptions,
    environment: Readonly<Record<string, string>>,
  ): Promise<RestartingProcess> {
    const { stateFolder: workingFolder } = this.#options;
    const script = this.#code[unit];
    const command = [...this.#nodeOptions[unit], script];
    return this.#startKept({ name, command, environment, workingFolder }, script);
  }

  async #startKept(specification: Omit<ProcessSpecification, 'logFile'>, marker: string): Promise<RestartingProcess> {
    const { name } = specification;
    const kept = await RestartingProcess.start({
      specification: { ...specification, logFile: this.#logFile(name) },
      onStarted: (child) => this.#note(name, child, marker),
      onExited: (exit) => this.#tellExited(exit),
    });
    this.#controlNode.add(kept);
    // The stop has begun and does not know of it.
    if (this.#stopping !== undefined) await kept.stop();
    return kept;
  }

  #stoppable(kept: RestartingProcess): StoppableProcess {
    return {
      get pid() {
        return kept.pid;
      },
      kill: (signal) => kept.kill(signal),
      stop: async () => {
        await kept.stop();
        this.#controlNode.delete(kept);
      },
    };
  }

  /** Known by the runtime that they were started with, which lies in this system's folder and in no other's. */
  #functionPids(): readonly number[] {
    return livingProcesses()
      .filter(({ commandLine }) => commandLine.includes(this.#bundles.lambdaRuntime))
      .map(({ pid }) => pid);
  }

  #note(name: string, child: ChildProcess, marker: string): void {
    this.#watchdog.watch(child.pid);
    // Its id may be given to another group only when nothing of this one is left.
    void child.exited.then(() => {
      if (membersOf(child.pid).length === 0) this.#watchdog.forget(child.pid);
    });
    this.#book.add({ name, pid: child.pid, marker });
  }

  #tellExited(exit: Parameters<RestartingProcessOptions['onExited']>[0]): void {
    this.#options.onExited?.({ ...exit, logFile: this.#logFile(exit.name) });
  }

  /** A process that cannot start does not learn it by being started again: its log says what is wrong. */
  #whyHopeless(): string | undefined {
    const failing = [...this.#controlNode].find(({ restarts }) => restarts >= RESTARTS_AT_START);
    return failing && `${failing.name} has ended ${failing.restarts} times; its log: ${this.#logFile(failing.name)}`;
  }

  #logFile(name: string): string {
    const file = join(this.#folders.logs, `${name}.log`);
    this.#logFiles.add(file);
    return file;
  }

  #rotateLogs(): void {
    for (const file of this.#logFiles) void rotateLog(file);
  }
}

/** The SDK's notice that a coming release needs a younger Node: true, and not news to whoever reads the logs. */
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

async function answersReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
  if (!answer.ok) throw new Error(`/readyz answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  await answer.body?.cancel();
  return true;
}
