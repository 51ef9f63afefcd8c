import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../../local/cloudformation/check-plan.ts';
import { aTemplate, plan, withProperties } from './builders.ts';

describe('a plan', () => {
  it('that AWS could deploy passes', () => {
    expect(() => {
      checkPlan(plan(aTemplate()));
    }).not.toThrow();
  });

  it.each([
    ['Worker', { Role: 'arn:aws:iam::000000000000:role/other' }, /its role .*other is not in the stack/],
    ['Worker', { LoggingConfig: { LogGroup: 'other' } }, /its log group other is not in the stack/],
    ['Role', { AssumeRolePolicyDocument: { Statement: [] } }, /cannot be assumed by lambda.amazonaws.com/],
    ['Permission', { Principal: 'sns.amazonaws.com' }, /without a permission to invoke it/],
    ['Permission', { SourceArn: 'arn:aws:s3:::other' }, /without a permission to invoke it/],
    [
      'Notifications',
      {
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'a:b:c:d:e:f:g', Events: [] }],
        },
      },
      /notifies a:b:c:d:e:f:g, which is not in the stack/,
    ],
  ])('that AWS would refuse does not: %s %j', (logicalId, properties, message) => {
    expect(() => {
      checkPlan(plan(withProperties(logicalId, properties)));
    }).toThrow(message);
  });
});
