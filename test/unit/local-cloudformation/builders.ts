import { planStack } from '../../../local/cloudformation/plan-stack.ts';
import type { StackPlan } from '../../../local/cloudformation/stack-plan.ts';
import type { Template, TemplateResource } from '../../../local/cloudformation/template.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../../local/ports.ts';

export const PLACE = { account: LOCAL_ACCOUNT, region: LOCAL_REGION };

/** A bucket that starts a function, with everything that AWS would demand for it. */
export const RESOURCES: Readonly<Record<string, TemplateResource>> = {
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  Policy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'access',
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Inbox.Arn}/*' } }],
      },
    },
  },
  Inbox: {
    Type: 'AWS::S3::Bucket',
    Properties: { VersioningConfiguration: { Status: 'Enabled' } },
  },
  Worker: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 5,
      MemorySize: 256,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: 'worker.zip' },
      Environment: { Variables: { INBOX: { Ref: 'Inbox' } } },
      LoggingConfig: { LogFormat: 'Text', LogGroup: { Ref: 'Logs' } },
    },
  },
  InvokeConfig: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Worker' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Worker', 'Arn'] },
      Principal: 's3.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
      SourceAccount: { Ref: 'AWS::AccountId' },
    },
  },
  Notifications: {
    Type: 'Custom::S3BucketNotifications',
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Helper', 'Arn'] },
      BucketName: { Ref: 'Inbox' },
      Managed: true,
      SkipDestinationValidation: false,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [
          {
            Events: ['s3:ObjectCreated:*'],
            LambdaFunctionArn: { 'Fn::GetAtt': ['Worker', 'Arn'] },
            Filter: {
              Key: {
                FilterRules: [
                  { Name: 'suffix', Value: '.json' },
                  { Name: 'prefix', Value: 'in/' },
                ],
              },
            },
          },
        ],
      },
    },
  },
  Helper: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'python3.13',
      Handler: 'index.handler',
      Code: { ZipFile: 'import boto3' },
      Role: { 'Fn::GetAtt': ['HelperRole', 'Arn'] },
    },
  },
  HelperRole: {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [] }, ManagedPolicyArns: ['arn:aws:iam::aws:policy/Any'] },
  },
};

export function aTemplate(changes: Partial<Template> = {}): Template {
  return { ...changes, Resources: { ...RESOURCES, ...changes.Resources } };
}

/** The template with some of one resource's properties replaced. */
export function withProperties(logicalId: string, properties: Readonly<Record<string, unknown>>): Template {
  const resource = RESOURCES[logicalId];
  if (resource === undefined) throw new Error(`no resource ${logicalId}`);
  const changed = { ...resource, Properties: { ...resource.Properties, ...properties } };
  return { Resources: { ...RESOURCES, [logicalId]: changed } };
}

export function plan(template: Template): StackPlan {
  return planStack({ stackName: 'demo', template }, PLACE);
}
