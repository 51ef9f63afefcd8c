import type { PolicyDocument } from '../ports.ts';
import type { NewQueue } from '../sqs/queue-configuration.ts';

/** What a template asks for, evaluated: everything that is to exist, in words of the services that provide it. */
export interface StackPlan {
  readonly stackName: string;
  readonly stackId: string;
  readonly logGroups: readonly LogGroupPlan[];
  readonly roles: readonly RolePlan[];
  /** Those that take dead letters first: the others name them. */
  readonly queues: readonly NewQueue[];
  /** What of the stack runs on an instance, when it launches one. */
  readonly instance?: InstancePlan;
  readonly buckets: readonly BucketPlan[];
  readonly functions: readonly FunctionPlan[];
  readonly permissions: readonly PermissionPlan[];
  readonly outputs: readonly OutputPlan[];
  /** Every resource whose condition holds, as DescribeStackResources lists them. */
  readonly resources: readonly ResourceFact[];
}

export interface LogGroupPlan {
  readonly name: string;
}

export interface RolePlan {
  readonly arn: string;
  /** Services that may assume it, for instance `lambda.amazonaws.com`. */
  readonly trustedServices: readonly string[];
  readonly policies: readonly PolicyDocument[];
}

export interface InstancePlan {
  readonly roleArn: string;
}

export interface BucketPlan {
  readonly name: string;
  readonly versioned: boolean;
  readonly policy?: PolicyDocument;
  readonly notifications: readonly NotificationPlan[];
}

export interface NotificationPlan {
  readonly id: string;
  readonly functionArn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export interface FunctionPlan {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly logGroup: string;
  readonly code: { readonly bucket: string; readonly key: string };
  readonly description: string;
  readonly invoke: InvokePlan;
}

/** How Lambda treats a function's asynchronous events. */
export interface InvokePlan {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** Of the on-failure destination, when there is one. */
  readonly onFailureArn?: string;
}

export interface PermissionPlan {
  readonly statementId: string;
  readonly action: string;
  readonly functionName: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export interface OutputPlan {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
}

export interface ResourceFact {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}
