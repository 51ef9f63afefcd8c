import type { InvokePlan } from '../stack-plan.ts';
import type { Resource } from './resource.ts';

/** Lambda's own defaults: two retries, six hours. */
export const DEFAULT_INVOKE: InvokePlan = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 };

export interface EventInvokeConfigFacts {
  readonly functionName: string;
  readonly invoke: InvokePlan;
}

export function readEventInvokeConfig({ properties }: Resource): EventInvokeConfigFacts {
  const qualifier = properties.text('Qualifier');
  if (qualifier !== '$LATEST') properties.fail('Qualifier', `must be $LATEST here, not ${qualifier}`);
  const onFailureArn = properties.object('DestinationConfig')?.object('OnFailure')?.text('Destination');
  return {
    functionName: properties.text('FunctionName'),
    invoke: {
      maximumRetryAttempts: properties.optionalNumber('MaximumRetryAttempts') ?? DEFAULT_INVOKE.maximumRetryAttempts,
      maximumEventAgeSeconds:
        properties.optionalNumber('MaximumEventAgeInSeconds') ?? DEFAULT_INVOKE.maximumEventAgeSeconds,
      ...(onFailureArn === undefined ? {} : { onFailureArn }),
    },
  };
}
