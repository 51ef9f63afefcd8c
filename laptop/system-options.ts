import type { Conditions } from '../local/conditions.ts';
import type { AwsAccess } from './aws-access.ts';
import type { HostEnvironment } from './host-environment.ts';
import type { Exit } from './process/child-process.ts';

export interface SystemOptions {
  /** Everything that the system writes: data, logs, its processes' code. One system a folder. */
  readonly stateFolder: string;
  /** Of the coordinator, on 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  readonly conditions?: Partial<Conditions>;
  /** A process that breaks the stack at the press of a button on the page; absent: there are no such buttons. */
  readonly hasFaultService?: boolean;
  readonly hostEnvironment: HostEnvironment;
  /** Told what is under way, in a few words. */
  readonly onProgress?: (what: string) => void;
  /** Told of a process that ended by itself, and that it is started again. */
  readonly onExited?: (exit: ProcessExit) => void;
}

export type ProcessExit = Exit & {
  readonly name: string;
  readonly logFile: string;
  readonly restartInMs: number;
};

export interface System {
  /** Of the coordinator. */
  readonly url: string;
  readonly aws: AwsAccess;
  readonly stackName: string;
  readonly stateFolder: string;
  readonly logFolder: string;
  /** What the stack tells coordinator and monitor. */
  readonly controlNodeEnvironment: Readonly<Record<string, string>>;
  readonly localAws: KeptProcess;
  readonly coordinator: KeptProcess;
  readonly monitor: StoppableProcess;
  /** The processes of functions that live at this moment. */
  functionPids(): readonly number[];
  /** Starts one more monitor beside those that run, with `environment` on top of what the stack tells it. */
  startMonitor(name: string, environment?: Readonly<Record<string, string>>): Promise<StoppableProcess>;
  /** Resolves once the coordinator answers that it can work. */
  untilReady(): Promise<void>;
  /** Ends every process. Repeated calls wait for the same end. */
  stop(): Promise<void>;
}

/** A process that is started again whenever it ends. */
export interface KeptProcess {
  readonly pid: number;
  /** Resolves once it has ended; to false when it had ended before and is not up again yet. */
  kill(signal: NodeJS.Signals): Promise<boolean>;
}

export interface StoppableProcess extends KeptProcess {
  /** Ends it for good. */
  stop(): Promise<void>;
}
