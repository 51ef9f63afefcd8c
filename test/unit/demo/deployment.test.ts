import { describe, expect, it } from 'vitest';
import { resolve, UnresolvableReferenceError } from '../../../demo/faults/template.ts';
import { aDeployment, IDENTITY, PAYMENT_ARN, TEMPLATE } from './a-deployment.ts';

describe('a deployed stack, read from its own template', () => {
  it('is not guessed at: a reference that it cannot resolve is an error that names it', () => {
    const unresolvable = [{ Ref: 'Nothing' }, { 'Fn::ImportValue': 'x' }, { 'Fn::GetAtt': ['Payment', 'Version'] }];
    for (const value of unresolvable) {
      expect(() => resolve(value, TEMPLATE, IDENTITY)).toThrow(UnresolvableReferenceError);
    }
  });

  it('names the function or bucket that the template lacks', () => {
    const { Payment: _removed, ...others } = TEMPLATE.Resources;
    expect(() => aDeployment({ Resources: others })).toThrow('payment-1');
  });

  it('has the settings of functions and buckets with every reference resolved', () => {
    const { functions, stores } = aDeployment();
    expect(functions.payment).toEqual({
      functionName: 'payment-1',
      functionArn: PAYMENT_ARN,
      roleArn: 'arn:aws:iam::123456789012:role/role-1',
      variables: { STATE_STORAGE_BUCKET: 'state-storage-1' },
      code: { bucket: 'assets-123456789012-eu-central-1', key: 'abc.zip' },
    });
    expect(stores.stateStorage.policy.Statement).toMatchObject([{ Resource: 'arn:aws:s3:::state-storage-1/*' }]);
    expect(stores.stateStorage.notifications).toMatchObject([{ LambdaFunctionArn: PAYMENT_ARN }]);
  });

  it('has an empty policy and no notifications where the template has none', () => {
    const { appStore } = aDeployment().stores;
    expect(appStore.policy.Statement).toEqual([]);
    expect(appStore.notifications).toEqual([]);
  });
});
