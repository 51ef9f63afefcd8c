import { describe, expect, it } from 'vitest';
import { normalNotifications, normalPolicy } from '../../../demo/faults/normal-forms.ts';

const DENY = {
  Sid: 'DemoFault0',
  Effect: 'Deny',
  Principal: { AWS: 'arn:aws:iam::123456789012:role/role-1' },
  Action: ['s3:PutObject', 's3:GetObject'],
  Resource: ['arn:aws:s3:::a-bucket/executions/*'],
};
const SECURE = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const NOTIFICATION = {
  LambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:payment-1',
  Events: ['s3:ObjectCreated:*' as const],
  Filter: {
    Key: {
      FilterRules: [
        { Name: 'suffix' as const, Value: '.json' },
        { Name: 'prefix' as const, Value: 'executions/' },
      ],
    },
  },
};

describe('the normal form of a policy', () => {
  const normal = (...statements: unknown[]) => normalPolicy({ Version: '2012-10-17', Statement: statements });

  it.each<[string, object]>([
    ['allowed', { Effect: 'Allow' }],
    ['for another action', { Action: ['s3:GetObject'] }],
    ['for other objects', { Resource: ['arn:aws:s3:::a-bucket/*'] }],
    ['for somebody else', { Principal: { AWS: 'arn:aws:iam::123456789012:role/role-2' } }],
    ['conditional', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ])('differs when a statement is %s', (_what, change) => {
    expect(normal(SECURE, { ...DENY, ...change })).not.toEqual(normal(SECURE, DENY));
  });

  it('differs when a statement is missing', () => {
    expect(normal(SECURE)).not.toEqual(normal(SECURE, DENY));
  });

  it('is the same for what S3 makes of it: sorted, lists of one as their element, an empty Sid', () => {
    const returned = {
      ...DENY,
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: 'arn:aws:s3:::a-bucket/executions/*',
    };
    expect(normal(returned, { Sid: '', ...SECURE })).toEqual(normal(SECURE, DENY));
  });
});

describe('the normal form of a notification configuration', () => {
  const normal = (notification: object, more: object = {}) =>
    normalNotifications({ LambdaFunctionConfigurations: [{ ...NOTIFICATION, ...notification }], ...more });

  it.each<[string, object]>([
    ['another function', { LambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:other' }],
    ['another event', { Events: ['s3:ObjectRemoved:*'] }],
    ['another filter', { Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'orders/' }] } } }],
  ])('differs by %s', (_what, change) => {
    expect(normal(change)).not.toEqual(normal({}));
  });

  it('differs when a notification is missing, or one to another service is there as well', () => {
    expect(normalNotifications({})).not.toEqual(normal({}));
    expect(normal({}, { EventBridgeConfiguration: {} })).not.toEqual(normal({}));
    expect(normal({}, { QueueConfigurations: [{ QueueArn: 'arn:q', Events: [] }] })).not.toEqual(normal({}));
  });

  it('is the same for what S3 makes of it: an id of its own, other names and another order of the rules', () => {
    const FilterRules = [
      { Name: 'Prefix', Value: 'executions/' },
      { Name: 'Suffix', Value: '.json' },
    ];
    expect(normal({ Id: 'made-by-s3', Filter: { Key: { FilterRules } } })).toEqual(normal({}));
  });
});
