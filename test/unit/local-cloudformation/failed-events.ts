import type { Template } from '../../../local/cloudformation/template.ts';
import { aTemplate, RESOURCES } from './builders.ts';

/** The worker with an on-failure destination, a queue with another one for what nobody takes from it. */
export const FAILED_EVENTS: Template['Resources'] = {
  Failed: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 60,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['SetAside', 'Arn'] }, maxReceiveCount: 100 },
    },
  },
  SetAside: { Type: 'AWS::SQS::Queue' },
  FailedPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Failed' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sqs:*',
            Resource: { 'Fn::GetAtt': ['Failed', 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  },
  Sending: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'sending',
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Failed', 'Arn'] } }],
      },
    },
  },
  InvokeConfig: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      ...RESOURCES['InvokeConfig']?.Properties,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
    },
  },
};

export function aTemplateWithDestination(changes: Template['Resources'] = {}): Template {
  return aTemplate({ Resources: { ...FAILED_EVENTS, ...changes } });
}
