import type { StackAssembly } from './assembly.ts';
import { customResourceHelpers } from './custom-resource-helpers.ts';
import { evaluate, type References } from './intrinsics.ts';
import { stackIdOf } from './physical-names.ts';
import { planInstance } from './plan-instance.ts';
import { planQueues } from './plan-queues.ts';
import { Properties } from './properties.ts';
import { readBucket } from './resources/bucket.ts';
import { readBucketNotifications } from './resources/bucket-notifications.ts';
import { readBucketPolicy } from './resources/bucket-policy.ts';
import { readInstanceProfile } from './resources/instance-profile.ts';
import { readLaunchTemplate } from './resources/launch-template.ts';
import { DEFAULT_INVOKE, readEventInvokeConfig } from './resources/event-invoke-config.ts';
import { readFunction } from './resources/function.ts';
import { readLogGroup } from './resources/log-group.ts';
import { readPermission } from './resources/permission.ts';
import { readPolicy } from './resources/policy.ts';
import { readQueue } from './resources/queue.ts';
import { readQueuePolicy } from './resources/queue-policy.ts';
import type { Resource } from './resources/resource.ts';
import { readRole } from './resources/role.ts';
import type { OutputPlan, StackPlan } from './stack-plan.ts';
import { createReferences } from './stack-references.ts';
import { checkTemplateShape, TemplateNotHonouredError, type Template } from './template.ts';
import { RESOURCE_TYPES_WITHOUT_MEANING } from './without-meaning.ts';

const READERS = {
  'AWS::EC2::LaunchTemplate': readLaunchTemplate,
  'AWS::IAM::InstanceProfile': readInstanceProfile,
  'AWS::IAM::Policy': readPolicy,
  'AWS::IAM::Role': readRole,
  'AWS::Lambda::EventInvokeConfig': readEventInvokeConfig,
  'AWS::Lambda::Function': readFunction,
  'AWS::Lambda::Permission': readPermission,
  'AWS::Logs::LogGroup': readLogGroup,
  'AWS::S3::Bucket': readBucket,
  'AWS::S3::BucketPolicy': readBucketPolicy,
  'AWS::SQS::Queue': readQueue,
  'AWS::SQS::QueuePolicy': readQueuePolicy,
  'Custom::S3BucketNotifications': readBucketNotifications,
} as const satisfies Readonly<Record<string, (resource: Resource) => unknown>>;

type HonouredType = keyof typeof READERS;

/**
 * Evaluates the template and says what is to exist. Throws {@link TemplateNotHonouredError}, which names the logical id,
 * for anything that would have an effect on AWS and has none here.
 */
export function planStack(
  { stackName, template }: Pick<StackAssembly, 'stackName' | 'template'>,
  place: { readonly account: string; readonly region: string },
): StackPlan {
  checkTemplateShape(template);
  const references = createReferences(template, { ...place, stackName });
  const present = resourcesPresent(template, references);
  const helpers = customResourceHelpers(template);
  for (const [logicalId, { Type: type }] of present) {
    if (Object.hasOwn(READERS, type) || Object.hasOwn(RESOURCE_TYPES_WITHOUT_MEANING, type)) continue;
    throw new TemplateNotHonouredError(logicalId, `resource type ${type} is not supported by the local AWS`);
  }

  function read<T extends HonouredType>(type: T): readonly ReturnType<(typeof READERS)[T]>[] {
    return present.flatMap(([logicalId, resource]) => {
      if (resource.Type !== type || helpers.has(logicalId)) return [];
      const properties = new Properties({
        logicalId,
        values: resource.Properties ?? {},
        evaluate: (value) => evaluate(value, references, logicalId),
      });
      const name = String(references.ref(logicalId, logicalId));
      const facts = READERS[type]({ logicalId, name, properties }) as ReturnType<(typeof READERS)[T]>;
      properties.finish();
      return [facts];
    });
  }

  const bucketPolicies = new Map(read('AWS::S3::BucketPolicy').map((facts) => [facts.bucketName, facts.policy]));
  const notifications = new Map(
    read('Custom::S3BucketNotifications').map((facts) => [facts.bucketName, facts.notifications]),
  );
  const attached = read('AWS::IAM::Policy');
  const instance = planInstance(read('AWS::EC2::LaunchTemplate'), read('AWS::IAM::InstanceProfile'), place.account);
  const invokes = new Map(read('AWS::Lambda::EventInvokeConfig').map((facts) => [facts.functionName, facts.invoke]));

  return {
    stackName,
    stackId: stackIdOf(place.account, place.region, stackName),
    ...(instance && { instance }),
    logGroups: read('AWS::Logs::LogGroup'),
    roles: read('AWS::IAM::Role').map(({ name, trustedServices, policies }) => ({
      arn: `arn:aws:iam::${place.account}:role/${name}`,
      trustedServices,
      policies: [
        ...policies,
        ...attached.filter((facts) => facts.roleNames.includes(name)).map((facts) => facts.policy),
      ],
    })),
    queues: planQueues(read('AWS::SQS::Queue'), read('AWS::SQS::QueuePolicy')),
    buckets: read('AWS::S3::Bucket').map((bucket) => {
      const policy = bucketPolicies.get(bucket.name);
      return { ...bucket, ...(policy ? { policy } : {}), notifications: notifications.get(bucket.name) ?? [] };
    }),
    functions: read('AWS::Lambda::Function').map((facts) => ({
      ...facts,
      arn: `arn:aws:lambda:${place.region}:${place.account}:function:${facts.name}`,
      invoke: invokes.get(facts.name) ?? DEFAULT_INVOKE,
    })),
    permissions: read('AWS::Lambda::Permission'),
    outputs: outputsOf(template, references),
    resources: present.map(([logicalId, { Type: type }]) => ({
      logicalId,
      physicalId: String(references.ref(logicalId, logicalId)),
      type,
    })),
  };
}

function resourcesPresent(template: Template, references: References): [string, Template['Resources'][string]][] {
  return Object.entries(template.Resources).filter(
    ([logicalId, { Condition }]) => Condition === undefined || references.condition(Condition, logicalId),
  );
}

function outputsOf(template: Template, references: References): readonly OutputPlan[] {
  return Object.entries(template.Outputs ?? {}).flatMap(([key, { Value, Description, Condition }]) => {
    const where = `output ${key}`;
    if (Condition !== undefined && !references.condition(Condition, where)) return [];
    const value = String(evaluate(Value, references, where));
    return [{ key, value, ...(Description === undefined ? {} : { description: Description }) }];
  });
}
