import { readDeployment, type Deployment } from '../../../demo/faults/deployment.ts';
import type { StackIdentity, Template } from '../../../demo/faults/template.ts';

/** A template with the parts that faults touch, written as CDK writes them. */
export const TEMPLATE: Template = {
  Resources: {
    AppStore: { Type: 'AWS::S3::Bucket' },
    StateStorage: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { 'Fn::Unheard': 'of' } } },
    StateStoragePolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'StateStorage' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Action: 's3:*',
              Principal: { AWS: '*' },
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['StateStorage', 'Arn'] }, '/*']] },
            },
          ],
        },
      },
    },
    Notifications: {
      Type: 'Custom::S3BucketNotifications',
      Properties: {
        BucketName: { Ref: 'StateStorage' },
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            {
              Events: ['s3:ObjectCreated:*'],
              Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'executions/' }] } },
              LambdaFunctionArn: { 'Fn::GetAtt': ['Payment', 'Arn'] },
            },
          ],
        },
      },
    },
    Role: { Type: 'AWS::IAM::Role' },
    NodeRole: { Type: 'AWS::IAM::Role' },
    NodeProfile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'NodeRole' }] } },
    Payment: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: {
          S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' },
          S3Key: 'abc.zip',
        },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 10,
        Environment: { Variables: { STATE_STORAGE_BUCKET: { Ref: 'StateStorage' } } },
      },
    },
  },
};

export const IDENTITY: StackIdentity = {
  account: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
  stackName: 'a-stack',
  stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/a-stack/1',
  physicalIds: {
    AppStore: 'app-store-1',
    StateStorage: 'state-storage-1',
    StateStoragePolicy: 'policy-1',
    Notifications: 'notifications-1',
    Role: 'role-1',
    NodeRole: 'node-role-1',
    Payment: 'payment-1',
  },
};

export const PAYMENT_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:payment-1';

export function aDeployment(template: Template = TEMPLATE): Deployment {
  return readDeployment(template, IDENTITY, {
    APP_STORE_BUCKET: 'app-store-1',
    STATE_STORAGE_BUCKET: 'state-storage-1',
    STEP_FUNCTIONS: JSON.stringify({ payment: { functionName: 'payment-1', timeoutMs: 3_000 } }),
  });
}
