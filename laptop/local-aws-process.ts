import { readFileSync } from 'node:fs';
import type { Conditions } from '../local/conditions.ts';
import type { AwsAccess } from './aws-access.ts';
import { freePort } from './free-port.ts';
import type { ChildProcess } from './process/child-process.ts';
import { RestartingProcess, type RestartingProcessOptions } from './process/restarting-process.ts';

export interface LocalAwsOptions {
  /** The bundled `local/main.ts`. */
  readonly script: string;
  readonly stateFolder: string;
  readonly assemblyFolder: string;
  readonly conditions: Partial<Conditions>;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called at each start at once, before it is ready. */
  readonly onStarted: (child: ChildProcess) => void;
  /** Told of each end once it has been ready. */
  readonly onExited: RestartingProcessOptions['onExited'];
}

/** The line that it prints once it answers; `local/main.ts` says the same. */
interface ReadyLine {
  readonly url: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly instanceMetadataUrl?: string;
}

export interface StartedLocalAws {
  readonly process: RestartingProcess;
  readonly access: AwsAccess;
  /** Of the metadata service of the instance that the stack launches. */
  readonly instanceMetadataUrl: string;
}

const READY_TIMEOUT_MS = 30_000;
const MAX_READY_LINE_CHARACTERS = 10_000;
const LOG_END_CHARACTERS = 2_000;

/**
 * Starts the local AWS, waits until it answers, and from then on keeps it running under the same addresses, as whoever
 * uses it knows no others. @throws Error that names its log when it does not come up.
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<StartedLocalAws> {
  const line = new FirstLine();
  let isReady = false;
  const [port, metadataPort] = await Promise.all([freePort(0), freePort(0)]);
  const kept = await RestartingProcess.start({
    specification: {
      name: 'aws',
      command: [
        options.script,
        ...['--assembly', options.assemblyFolder],
        ...['--state', options.stateFolder],
        ...['--port', String(port)],
        ...['--metadata-port', String(metadataPort)],
        ...['--conditions', JSON.stringify(options.conditions)],
      ],
      environment: options.environment,
      workingFolder: options.assemblyFolder,
      logFile: options.logFile,
      onOutput: (text) => line.add(text),
    },
    onStarted: options.onStarted,
    onExited: (exit) => {
      if (isReady) options.onExited(exit);
      else line.fail(`ended with ${exit.signal ?? `exit code ${exit.code}`}`);
    },
  });
  const timer = setTimeout(() => line.fail(`is not ready after ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
  try {
    const { url, region, credentials, instanceMetadataUrl } = JSON.parse(await line.complete) as ReadyLine;
    if (instanceMetadataUrl === undefined) throw new Error('has no instance: the stack launches none with a role');
    isReady = true;
    return {
      process: kept,
      instanceMetadataUrl,
      access: {
        endpoint: url,
        region,
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
      },
    };
  } catch (error) {
    await kept.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The AWS on loopback ${reason}. The end of its log, ${options.logFile}:\n${endOf(options.logFile)}`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').slice(-LOG_END_CHARACTERS).trim();
}

class FirstLine {
  readonly complete: Promise<string>;
  #text = '';
  #resolve: (line: string) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor() {
    this.complete = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // It may fail after everybody has stopped waiting: at the end of a process that was ready.
    this.complete.catch(() => undefined);
  }

  add(text: string): void {
    if (this.#text.length < MAX_READY_LINE_CHARACTERS) this.#text += text;
    const end = this.#text.indexOf('\n');
    if (end >= 0) this.#resolve(this.#text.slice(0, end));
  }

  fail(reason: string): void {
    this.#reject(new Error(reason));
  }
}
