import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Architecture } from '@aws-sdk/client-lambda';
import { resolve, type StackIdentity, type Template, type TemplateResource } from './template.ts';
import type { StoreName } from './fault.ts';

/**
 * A deployed stack as its own template says that it should be. Faults are put in against it and taken out by reapplying
 * it, so a run needs no memory of what it, or one that was killed before it, changed.
 */
export interface Deployment {
  readonly stackName: string;
  /** By the name of the step. */
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  readonly stores: Readonly<Record<StoreName, DeployedBucket>>;
  /** Of coordinator and monitor. */
  readonly nodeRoleArn: string;
}

export interface DeployedFunction {
  readonly functionName: string;
  readonly functionArn: string;
  readonly roleArn: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly code: { readonly bucket: string; readonly key: string };
  /** Absent: Lambda's default, x86_64. */
  readonly architectures: readonly Architecture[] | undefined;
  readonly reservedConcurrency: number | undefined;
}

export interface DeployedBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Absent: the bucket has none. */
  readonly policy: PolicyDocument | undefined;
  readonly notifications: NotificationConfiguration;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly unknown[];
}

/** The names that the stack tells its control node, which say what its parts are for. */
export interface ControlNodeNames {
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
  /** JSON: `{ [step]: { functionName } }`. */
  readonly STEP_FUNCTIONS: string;
}

/** @throws Error that names what the template lacks. */
export function readDeployment(template: Template, identity: StackIdentity, names: ControlNodeNames): Deployment {
  const stack = new ResolvedStack(template, identity);
  const steps = JSON.parse(names.STEP_FUNCTIONS) as Readonly<Record<string, { readonly functionName: string }>>;
  return {
    stackName: identity.stackName,
    functions: Object.fromEntries(
      Object.entries(steps).map(([step, { functionName }]) => [step, stack.functionNamed(functionName)]),
    ),
    stores: {
      appStore: stack.bucketNamed(names.APP_STORE_BUCKET),
      stateStorage: stack.bucketNamed(names.STATE_STORAGE_BUCKET),
    },
    nodeRoleArn: stack.roleOfInstances(),
  };
}

/** Lambda's, where the template says nothing. */
const DEFAULT_TIMEOUT_S = 3;

const NEEDED: readonly string[] = [
  'Role',
  'Code',
  'Environment',
  'Timeout',
  'Architectures',
  'ReservedConcurrentExecutions',
  'PolicyDocument',
  'NotificationConfiguration',
];

class ResolvedStack {
  readonly #template: Template;
  readonly #identity: StackIdentity;

  constructor(template: Template, identity: StackIdentity) {
    this.#template = template;
    this.#identity = identity;
  }

  functionNamed(functionName: string): DeployedFunction {
    const { resource } = this.#physical('AWS::Lambda::Function', functionName);
    const properties = this.#resolved(resource) as {
      readonly Role: string;
      readonly Code: { readonly S3Bucket: string; readonly S3Key: string };
      readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
      readonly Timeout?: number;
      readonly Architectures?: readonly Architecture[];
      readonly ReservedConcurrentExecutions?: number;
    };
    const { account, region, partition } = this.#identity;
    return {
      functionName,
      functionArn: `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
      roleArn: properties.Role,
      variables: properties.Environment?.Variables ?? {},
      timeoutSeconds: properties.Timeout ?? DEFAULT_TIMEOUT_S,
      code: { bucket: properties.Code.S3Bucket, key: properties.Code.S3Key },
      architectures: properties.Architectures,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
    };
  }

  /** The stack's instances are the control node and no other. */
  roleOfInstances(): string {
    const roles = Object.values(this.#template.Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::InstanceProfile')
      .flatMap(({ Properties }) => (Properties?.Roles ?? []) as readonly { readonly Ref: string }[]);
    const [role] = roles;
    if (role === undefined || roles.length > 1)
      throw new Error(`Stack ${this.#identity.stackName} has ${roles.length} roles for instances, expected one`);
    return resolve({ 'Fn::GetAtt': [role.Ref, 'Arn'] }, this.#template, this.#identity) as string;
  }

  bucketNamed(bucketName: string): DeployedBucket {
    this.#physical('AWS::S3::Bucket', bucketName);
    const policy = this.#ofBucket('AWS::S3::BucketPolicy', 'Bucket', bucketName).PolicyDocument as
      PolicyDocument | undefined;
    const notifications = this.#ofBucket('Custom::S3BucketNotifications', 'BucketName', bucketName)
      .NotificationConfiguration as NotificationConfiguration | undefined;
    return {
      bucketName,
      bucketArn: `arn:${this.#identity.partition}:s3:::${bucketName}`,
      policy,
      notifications: notifications ?? {},
    };
  }

  #physical(type: string, physicalId: string): { readonly logicalId: string; readonly resource: TemplateResource } {
    const found = Object.entries(this.#template.Resources).find(
      ([logicalId, { Type }]) => Type === type && this.#identity.physicalIds[logicalId] === physicalId,
    );
    if (found === undefined) throw new Error(`Stack ${this.#identity.stackName} has no ${type} ${physicalId}`);
    return { logicalId: found[0], resource: found[1] };
  }

  /** The properties of the resource of that type that belongs to the bucket; empty when there is none. */
  #ofBucket(type: string, property: string, bucketName: string): Readonly<Record<string, unknown>> {
    for (const resource of Object.values(this.#template.Resources)) {
      if (resource.Type !== type) continue;
      if (resolve(resource.Properties?.[property], this.#template, this.#identity) === bucketName)
        return this.#resolved(resource);
    }
    return {};
  }

  /** Only the properties that are needed: others may refer to what nobody here has to understand. */
  #resolved(resource: TemplateResource): Readonly<Record<string, unknown>> {
    const properties = Object.entries(resource.Properties ?? {}).filter(([name]) => NEEDED.includes(name));
    return resolve(Object.fromEntries(properties), this.#template, this.#identity) as Readonly<Record<string, unknown>>;
  }
}
