import {
  DeleteFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { PutBucketNotificationConfigurationCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Deployment } from './deployment.ts';
import type { BrokenBuild, Fault } from './fault.ts';
import { planFaults, planFullRestore, planRestore, type ApiCall, type FunctionCode } from './fault-plan.ts';

export interface FaultInjectorOptions {
  readonly deployment: Deployment;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly buildBroken: (build: BrokenBuild) => Promise<Uint8Array>;
}

/** How long Lambda may take to carry out an update of a function, seconds. */
const UPDATE_TIMEOUT_S = 60;

/** Puts faults into a deployed stack and takes them out again, through AWS's APIs alone. */
export class FaultInjector {
  readonly #options: FaultInjectorOptions;

  constructor(options: FaultInjectorOptions) {
    this.#options = options;
  }

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
    for (const call of calls) await this.#call(call);
  }

  async #call(call: ApiCall): Promise<void> {
    const { lambda, s3 } = this.#options;
    switch (call.operation) {
      case 'UpdateFunctionConfiguration':
        await lambda.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: call.functionName,
            Environment: { Variables: { ...call.variables } },
          }),
        );
        return this.#untilUpdated(call.functionName);
      case 'UpdateFunctionCode':
        await lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName: call.functionName, ...(await this.#codeOf(call.code)) }),
        );
        return this.#untilUpdated(call.functionName);
      case 'PutFunctionConcurrency':
        await lambda.send(
          new PutFunctionConcurrencyCommand({
            FunctionName: call.functionName,
            ReservedConcurrentExecutions: call.reserved,
          }),
        );
        return;
      case 'DeleteFunctionConcurrency':
        await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: call.functionName }));
        return;
      case 'PutBucketPolicy':
        await s3.send(new PutBucketPolicyCommand({ Bucket: call.bucket, Policy: JSON.stringify(call.policy) }));
        return;
      case 'PutBucketNotificationConfiguration':
        await s3.send(
          new PutBucketNotificationConfigurationCommand({
            Bucket: call.bucket,
            NotificationConfiguration: { LambdaFunctionConfigurations: [...call.functions] },
          }),
        );
    }
  }

  async #codeOf(code: FunctionCode): Promise<{ ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string }> {
    if (code.kind === 'deployed') return { S3Bucket: code.bucket, S3Key: code.key };
    return { ZipFile: await this.#options.buildBroken(code.build) };
  }

  async #untilUpdated(functionName: string): Promise<void> {
    await waitUntilFunctionUpdatedV2(
      { client: this.#options.lambda, maxWaitTime: UPDATE_TIMEOUT_S, minDelay: 1, maxDelay: 2 },
      { FunctionName: functionName },
    );
  }
}
