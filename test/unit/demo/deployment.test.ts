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
      timeoutSeconds: 10,
      code: { bucket: 'assets-123456789012-eu-central-1', key: 'abc.zip' },
    });
    expect(stores.stateStorage.policy?.Statement).toMatchObject([{ Resource: 'arn:aws:s3:::state-storage-1/*' }]);
    expect(stores.stateStorage.notifications.LambdaFunctionConfigurations).toMatchObject([
      { LambdaFunctionArn: PAYMENT_ARN },
    ]);
  });

  it('has the role of its instances, of which there must be one', () => {
    expect(aDeployment().nodeRoleArn).toBe('arn:aws:iam::123456789012:role/node-role-1');
    const { NodeProfile: profile, ...others } = TEMPLATE.Resources;
    expect(() => aDeployment({ Resources: others })).toThrow('Stack a-stack has 0 roles for instances, expected one');
    expect(() => aDeployment({ Resources: { ...TEMPLATE.Resources, Another: profile as never } })).toThrow(
      'has 2 roles',
    );
  });

  it('has neither policy nor notifications where the template has none', () => {
    const { appStore } = aDeployment().stores;
    expect(appStore.policy).toBeUndefined();
    expect(appStore.notifications).toEqual({});
  });

  it("has the path of a role in the role's ARN, which its reference lacks", () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { Path: '/booking/' } };
    const { functions } = aDeployment({ Resources: { ...TEMPLATE.Resources, Role: role } });
    expect(functions.payment?.roleArn).toBe('arn:aws:iam::123456789012:role/booking/role-1');
  });

  it('is not disturbed by resources that it does not have to understand', () => {
    const odd = { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] };
    const others = {
      Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: odd } },
      Group: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { VPCZoneIdentifier: odd, Role: odd } },
      OtherFunction: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: 'x' }, Environment: odd } },
      OtherBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: odd } },
    };
    expect(aDeployment({ Resources: { ...others, ...TEMPLATE.Resources } })).toEqual(aDeployment());
  });
});
