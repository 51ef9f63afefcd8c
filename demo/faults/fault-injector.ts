import { isDeepStrictEqual } from 'node:util';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../platform/clock.ts';
import type { Deployment } from './deployment.ts';
import type { BrokenBuild, Fault } from './fault.ts';
import { planFaults, planFullRestore, planRestore, type ApiCall } from './fault-plan.ts';
import { readBack, wantedBy } from './read-back.ts';
import { isWorthRepeating, sendCall } from './send-call.ts';

export interface FaultInjectorOptions {
  readonly deployment: Deployment;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly clock: Clock;
  readonly buildBroken: (build: BrokenBuild) => Promise<Uint8Array>;
}

/** A part of the stack could not be set. What is left as it was or half done, the next run's start repairs. */
export class FaultCallError extends Error {
  override readonly name = 'FaultCallError';
}

/** An update of a function takes seconds; one that somebody else began, or S3's copies of a bucket's settings, as long. */
const SET_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

/** Puts faults into a deployed stack and takes them out again, through AWS's APIs alone. */
export class FaultInjector {
  readonly #options: FaultInjectorOptions;

  constructor(options: FaultInjectorOptions) {
    this.#options = options;
  }

  /** @throws FaultCallError, as do the others. */
  async inject(faults: readonly Fault[]): Promise<void> {
    await this.#carryOut(planFaults(this.#options.deployment, faults));
  }

  /** Reapplies what the template says of whatever these faults changed. */
  async restore(faults: readonly Fault[]): Promise<void> {
    await this.#carryOut(planRestore(this.#options.deployment, faults));
  }

  /** Reapplies everything that any fault may change: what an earlier run left behind when it was killed goes as well. */
  async restoreAll(): Promise<void> {
    await this.#carryOut(planFullRestore(this.#options.deployment));
  }

  /** One after another: Lambda refuses an update of a function while another one is under way. */
  async #carryOut(calls: readonly ApiCall[]): Promise<void> {
    for (const call of calls) {
      try {
        await this.#set(call);
      } catch (error) {
        throw new FaultCallError(`${nameOf(call)}: ${describe(error)}`, { cause: error });
      }
    }
  }

  /** Sets a part of the stack and looks at it until it is what was asked for. */
  async #set(call: ApiCall): Promise<void> {
    const until = this.#options.clock.now() + SET_TIMEOUT_MS;
    const { codeSha256 } = await this.#send(call, until);
    const wanted = wantedBy(call, codeSha256);
    while (!isDeepStrictEqual(await readBack(call, this.#options), wanted)) {
      await this.#pause(until, `it does not read back as it was set within ${SET_TIMEOUT_MS / 1000} s`);
    }
  }

  async #send(call: ApiCall, until: number): ReturnType<typeof sendCall> {
    for (;;) {
      try {
        return await sendCall(call, this.#options);
      } catch (error) {
        if (!isWorthRepeating(error, call)) throw error;
        await this.#pause(until, describe(error));
      }
    }
  }

  async #pause(until: number, complaint: string): Promise<void> {
    const { clock } = this.#options;
    if (clock.now() >= until) throw new Error(complaint);
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

function nameOf(call: ApiCall): string {
  return `${call.operation} of ${'bucket' in call ? call.bucket : call.functionName}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
