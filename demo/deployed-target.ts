import { hostname } from 'node:os';
import { openTarget, type Target } from './target.ts';
import type { OpenOptions, OpenTargets, TargetSource } from './target-source.ts';

export interface DeployedTargetOptions {
  readonly stackName: string;
  /** Of the API. */
  readonly url: string;
}

/** S3 says of a changed notification that it usually takes about five minutes until it is in force; twice that is enough. */
const SETTLING_MS = 10 * 60_000;
/** Nothing listens on the discard port of the function's own sandbox. */
const CLOSED_ENDPOINT = 'http://127.0.0.1:9';
/** TEST-NET-1 (RFC 5737) belongs to nobody and is routed nowhere: packets go out and nothing comes back. */
const SILENT_ENDPOINT = 'http://192.0.2.1';

/** A stack that is deployed already, found as whoever runs the demo would find it: with their own credentials and region. */
export class DeployedTarget implements TargetSource {
  /** One scenario's faults: at most a setting of each kind, each given a minute by Lambda and a minute to read back. */
  readonly closeTimeoutMs = 5 * 60_000;
  readonly interruptedNotice =
    'Interrupted: putting the stack right before the end. A second ctrl-C would leave it broken.';
  readonly #options: DeployedTargetOptions;
  #target: Target | undefined;

  constructor(options: DeployedTargetOptions) {
    this.#options = options;
  }

  async open({ signal, progress }: OpenOptions): Promise<OpenTargets> {
    const { stackName, url } = this.#options;
    progress.show(`finding stack ${stackName} and taking out what an earlier run may have left in it`);
    const who = `process ${process.pid} on ${hostname()}`;
    const target = await openTarget({ stackName, url, settlingMs: SETTLING_MS, livesOn: { who }, signal });
    this.#target = target;
    return {
      targets: [target],
      surroundings: { closedEndpoint: CLOSED_ENDPOINT, silentEndpoint: SILENT_ENDPOINT },
    };
  }

  async close(): Promise<void> {
    await this.#target?.close();
  }

  async discard(): Promise<void> {
    // Its items are gone by now. Orders, facts and payments expire in the stack's buckets as any customer's do.
  }

  get whereToLook(): string {
    const { stackName } = this.#options;
    return `What the functions and the control node of stack ${stackName} logged is in its log groups; a further run first puts right what this one may have left.`;
  }
}
