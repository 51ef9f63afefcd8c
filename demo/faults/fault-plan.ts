import type { Architecture } from '@aws-sdk/client-lambda';
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { isDeepStrictEqual } from 'node:util';
import type { DeployedBucket, DeployedFunction, Deployment, PolicyDocument } from './deployment.ts';
import { STORE_NAMES, type BrokenBuild, type Fault, type StoreName } from './fault.ts';

/** One call to AWS that sets one part of the stack to what it should be now. Each may be repeated. */
export type ApiCall =
  | {
      readonly operation: 'UpdateFunctionConfiguration';
      readonly functionName: string;
      readonly variables: Readonly<Record<string, string>>;
      readonly timeoutSeconds: number;
    }
  | {
      readonly operation: 'UpdateFunctionCode';
      readonly functionName: string;
      readonly code: FunctionCode;
      readonly architectures: readonly Architecture[] | undefined;
    }
  | { readonly operation: 'PutFunctionConcurrency'; readonly functionName: string; readonly reserved: number }
  | { readonly operation: 'DeleteFunctionConcurrency'; readonly functionName: string }
  | { readonly operation: 'PutBucketPolicy'; readonly bucket: string; readonly policy: PolicyDocument }
  /** S3 takes no policy without a statement. */
  | { readonly operation: 'DeleteBucketPolicy'; readonly bucket: string }
  | {
      readonly operation: 'PutBucketNotificationConfiguration';
      readonly bucket: string;
      /** All of it: what is left out is gone. */
      readonly configuration: NotificationConfiguration;
    };

export type FunctionCode =
  | { readonly kind: 'deployed'; readonly bucket: string; readonly key: string }
  | { readonly kind: 'broken'; readonly build: BrokenBuild };

/** The calls that put the faults in: those parts of the stack that differ from what the template says. */
export function planFaults(deployment: Deployment, faults: readonly Fault[]): readonly ApiCall[] {
  for (const fault of faults) {
    if ('step' in fault && deployment.functions[fault.step] === undefined) {
      throw new RangeError(
        `stack ${deployment.stackName} has no function for step ${fault.step}; its steps are ${Object.keys(deployment.functions).join(', ')}`,
      );
    }
  }
  const restored = planAll(deployment, []);
  return planAll(deployment, faults).filter((call, index) => !isDeepStrictEqual(call, restored[index]));
}

/** The calls that take the faults out again: the same parts, as the template says. */
export function planRestore(deployment: Deployment, faults: readonly Fault[]): readonly ApiCall[] {
  const restored = planAll(deployment, []);
  return planAll(deployment, faults).flatMap((call, index) => {
    const asDeployed = restored[index];
    return asDeployed === undefined || isDeepStrictEqual(call, asDeployed) ? [] : [asDeployed];
  });
}

/** The calls that undo whatever anybody may have put in. */
export function planFullRestore(deployment: Deployment): readonly ApiCall[] {
  return planAll(deployment, []);
}

/** Always the same parts in the same order, so that two plans can be compared. */
function planAll(deployment: Deployment, faults: readonly Fault[]): readonly ApiCall[] {
  return [
    ...STORE_NAMES.flatMap((store) => planStore(deployment, store, faults)),
    ...Object.entries(deployment.functions).flatMap(([step, deployed]) =>
      planFunction(
        deployed,
        faults.filter((fault) => 'step' in fault && fault.step === step),
      ),
    ),
  ];
}

function planFunction(
  { functionName, variables, timeoutSeconds, code, architectures, reservedConcurrency }: DeployedFunction,
  faults: readonly Fault[],
): readonly ApiCall[] {
  const changed = faults.flatMap((fault) => (fault.kind === 'environment' ? [fault.variables] : []));
  const builds = faults.flatMap((fault) => (fault.kind === 'code' ? [fault.build] : []));
  const timeouts = faults.flatMap((fault) => (fault.kind === 'timeout' ? [fault.timeoutSeconds] : []));
  const broken = builds[0];
  const reserved = faults.some(({ kind }) => kind === 'throttled') ? 0 : reservedConcurrency;
  return [
    {
      operation: 'UpdateFunctionConfiguration',
      functionName,
      variables: Object.assign({}, variables, ...changed) as Record<string, string>,
      timeoutSeconds: timeouts[0] ?? timeoutSeconds,
    },
    {
      operation: 'UpdateFunctionCode',
      functionName,
      code: broken === undefined ? { kind: 'deployed', ...code } : { kind: 'broken', build: broken },
      architectures,
    },
    reserved === undefined
      ? { operation: 'DeleteFunctionConcurrency', functionName }
      : { operation: 'PutFunctionConcurrency', functionName, reserved },
  ];
}

function planStore(deployment: Deployment, store: StoreName, faults: readonly Fault[]): readonly ApiCall[] {
  const bucket = deployment.stores[store];
  const denials = faults.flatMap((fault, index) =>
    (fault.kind === 'denied' || fault.kind === 'node-denied') && fault.store === store
      ? [denial(deployment, bucket, fault, index)]
      : [],
  );
  const unnotified = new Set(
    faults.flatMap((fault) => (fault.kind === 'unnotified' ? [deployment.functions[fault.step]?.functionArn] : [])),
  );
  const { LambdaFunctionConfigurations: functions = [], ...others } = bucket.notifications;
  return [
    planPolicy(bucket, denials),
    {
      operation: 'PutBucketNotificationConfiguration',
      bucket: bucket.bucketName,
      configuration: {
        ...others,
        LambdaFunctionConfigurations: functions.filter(({ LambdaFunctionArn }) => !unnotified.has(LambdaFunctionArn)),
      },
    },
  ];
}

function planPolicy({ bucketName, policy }: DeployedBucket, denials: readonly unknown[]): ApiCall {
  const { Version = '2012-10-17', Statement = [] } = policy ?? {};
  if (Statement.length + denials.length === 0) return { operation: 'DeleteBucketPolicy', bucket: bucketName };
  return {
    operation: 'PutBucketPolicy',
    bucket: bucketName,
    policy: { ...policy, Version, Statement: [...Statement, ...denials] },
  };
}

function denial(
  deployment: Deployment,
  bucket: DeployedBucket,
  fault: Extract<Fault, { kind: 'denied' | 'node-denied' }>,
  index: number,
): unknown {
  return {
    Sid: `DemoFault${index}`,
    Effect: 'Deny',
    Principal: { AWS: fault.kind === 'denied' ? deployment.functions[fault.step]?.roleArn : deployment.nodeRoleArn },
    Action: fault.actions,
    Resource: fault.keys.map((pattern) => `${bucket.bucketArn}/${pattern}`),
  };
}
