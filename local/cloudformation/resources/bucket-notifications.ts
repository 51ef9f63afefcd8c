import type { Properties } from '../properties.ts';
import type { NotificationPlan } from '../stack-plan.ts';
import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  ServiceToken: 'the function that would configure the bucket; done directly here',
  Managed: 'says that the bucket belongs to the stack',
  SkipDestinationValidation: 'the destination is in the stack or the start fails',
};

export interface BucketNotificationsFacts {
  readonly bucketName: string;
  readonly notifications: readonly NotificationPlan[];
}

/** CDK's custom resource for a bucket's notifications: its configuration has the shape of S3's own API. */
export function readBucketNotifications({ logicalId, properties }: Resource): BucketNotificationsFacts {
  properties.without(WITHOUT_MEANING);
  const functions = properties.object('NotificationConfiguration')?.objects('LambdaFunctionConfigurations') ?? [];
  return {
    bucketName: properties.text('BucketName'),
    notifications: functions.map((each, index) => readFunctionConfiguration(each, `${logicalId}-${index}`)),
  };
}

function readFunctionConfiguration(configuration: Properties, generatedId: string): NotificationPlan {
  const rules = configuration.object('Filter')?.object('Key')?.objects('FilterRules') ?? [];
  const filters = { prefix: '', suffix: '' };
  for (const rule of rules) {
    // S3 takes either case.
    const kind = rule.text('Name').toLowerCase();
    if (kind !== 'prefix' && kind !== 'suffix') return rule.fail('Name', `must be prefix or suffix, not ${kind}`);
    filters[kind] = rule.text('Value');
  }
  return {
    id: configuration.optionalText('Id') ?? generatedId,
    functionArn: configuration.text('LambdaFunctionArn'),
    events: configuration.texts('Events'),
    ...filters,
  };
}
