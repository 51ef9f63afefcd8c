import type { Identities } from '../ports.ts';
import type { NewQueue } from '../sqs/queue-configuration.ts';
import type { BucketPlan, FunctionPlan, PermissionPlan, StackPlan } from './stack-plan.ts';

/** Who a stack's functions are and may be started by. Narrow on purpose: what provisioning needs of the services. */
export interface ComputeTargets {
  readonly identities: Pick<Identities, 'putRole'>;
  readonly logs: { createGroup(name: string): void };
  readonly sqs: { createQueue(queue: NewQueue): void };
  readonly lambda: {
    createFunction(configuration: NewFunction): Promise<void>;
    addPermission(functionName: string, permission: PermissionPlan): void;
  };
  /** The folder that has a function's code. */
  readonly codeFolder: (location: FunctionPlan['code']) => string | undefined;
}

export interface StorageTargets {
  readonly s3: { createBucket(bucket: BucketPlan): Promise<void> };
}

interface NewFunction extends Omit<FunctionPlan, 'code' | 'description' | 'invoke'> {
  readonly code: { readonly directory: string };
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn?: string;
}

/**
 * Roles, log groups and queues first, then the functions that have them, then the permissions to invoke these: each finds what
 * it needs. Buckets are apart, because an event that S3 still owes from an earlier run may come as soon as S3 starts,
 * and one that meets a function without its permission is lost.
 */
export async function provisionCompute(plan: StackPlan, targets: ComputeTargets): Promise<void> {
  for (const { arn, policies } of plan.roles) targets.identities.putRole({ arn, policies });
  for (const { name } of plan.logGroups) targets.logs.createGroup(name);
  for (const queue of plan.queues) targets.sqs.createQueue(queue);
  for (const { code, description: _, invoke, ...configuration } of plan.functions) {
    const directory = targets.codeFolder(code);
    if (directory === undefined) {
      throw new Error(`${configuration.name}: its code ${code.bucket}/${code.key} is not an asset of the assembly`);
    }
    await targets.lambda.createFunction({ ...configuration, ...invoke, code: { directory } });
  }
  for (const permission of plan.permissions) targets.lambda.addPermission(permission.functionName, permission);
}

export async function provisionStorage(plan: StackPlan, { s3 }: StorageTargets): Promise<void> {
  for (const bucket of plan.buckets) await s3.createBucket(bucket);
}
