import { describe, expect, it } from 'vitest';
import { TemplateNotHonouredError } from '../../../local/cloudformation/template.ts';
import { aTemplate, plan, RESOURCES, withProperties } from './builders.ts';

describe('a template that cannot be honoured stops the start', () => {
  it('by a resource type that is neither provisioned nor known to be without meaning', () => {
    const template = aTemplate({ Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } });
    expect(() => plan(template)).toThrow(TemplateNotHonouredError);
    expect(() => plan(template)).toThrow('Table: resource type AWS::DynamoDB::Table is not supported by the local AWS');
  });

  it.each([
    ['Inbox', { ObjectLockEnabled: true }, 'Inbox: property ObjectLockEnabled is not supported'],
    ['Worker', { VpcConfig: { SubnetIds: [] } }, 'Worker: property VpcConfig is not supported'],
    ['Worker', { LoggingConfig: { SystemLogLevel: 'WARN' } }, 'Worker: property LoggingConfig.SystemLogLevel is not'],
    ['Worker', { LoggingConfig: { LogFormat: 'JSON' } }, 'Worker: property LoggingConfig.LogFormat must be Text here'],
    ['Worker', { Code: { ZipFile: 'code' } }, 'Worker: property Code.S3Bucket is missing'],
    [
      'Worker',
      { Runtime: 'java21' },
      'Worker: property Runtime must be nodejs{major}.x or python3.9 to python3.14 here',
    ],
    ['Worker', { Timeout: 'soon' }, 'Worker: property Timeout must be a number'],
    ['Role', { PermissionsBoundary: 'arn' }, 'Role: property PermissionsBoundary is not supported'],
    ['Role', { ManagedPolicyArns: ['arn'] }, 'Role: property ManagedPolicyArns is not supported'],
    ['Policy', { Users: ['someone'] }, 'Policy: property Users is not supported'],
    [
      'InvokeConfig',
      { DestinationConfig: { OnSuccess: { Destination: 'arn' } } },
      'InvokeConfig: property DestinationConfig.OnSuccess is not supported',
    ],
    [
      'InvokeConfig',
      { DestinationConfig: { OnFailure: {} } },
      'InvokeConfig: property DestinationConfig.OnFailure.Destination is missing',
    ],
    ['InvokeConfig', { Qualifier: 'live' }, 'InvokeConfig: property Qualifier must be $LATEST here, not live'],
    ['Permission', { PrincipalOrgID: 'o-1' }, 'Permission: property PrincipalOrgID is not supported'],
    ['Logs', { KmsKeyId: 'key' }, 'Logs: property KmsKeyId is not supported'],
    [
      'Notifications',
      { NotificationConfiguration: { QueueConfigurations: [] } },
      'Notifications: property NotificationConfiguration.QueueConfigurations is not supported',
    ],
  ])('by a property of %s that has no effect here: %j', (logicalId, properties, message) => {
    expect(() => plan(withProperties(logicalId, properties))).toThrow(message);
  });

  it('by a resource attribute or a section that has none', () => {
    const withCreationPolicy = { ...RESOURCES['Inbox'], CreationPolicy: {} } as never;
    expect(() => plan(aTemplate({ Resources: { Inbox: withCreationPolicy } }))).toThrow(
      'Inbox: resource attribute CreationPolicy is not supported',
    );
    expect(() => plan({ ...aTemplate(), Transform: 'AWS::Serverless-2016-10-31' } as never)).toThrow(
      'template: section Transform is not supported',
    );
  });

  it.each([
    ['Fn::ImportValue', { 'Fn::ImportValue': 'other' }, 'Worker: the intrinsic function Fn::ImportValue'],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Inbox', 'WebsiteURL'] }, 'Fn::GetAtt Inbox.WebsiteURL'],
    ['a reference to nothing', { Ref: 'Nothing' }, 'Worker: there is no resource or parameter Nothing'],
  ])('by %s', (_, value, message) => {
    expect(() => plan(withProperties('Worker', { Handler: value }))).toThrow(message);
  });

  it('by a name that is made of itself', () => {
    const template = withProperties('Inbox', { BucketName: { 'Fn::Sub': '${Inbox}-more' } });
    expect(() => plan(template)).toThrow('Inbox: Inbox refers to itself');
  });
});

describe('a planned stack', () => {
  it('has the names that CloudFormation would make, the same at every start', () => {
    const { buckets, functions, logGroups } = plan(aTemplate());
    expect(buckets[0]?.name).toMatch(/^demo-inbox-[0-9a-f]{12}$/);
    expect(functions[0]?.name).toMatch(/^demo-Worker-[0-9A-F]{12}$/);
    expect(plan(aTemplate())).toEqual(plan(aTemplate()));
    expect(functions[0]?.logGroup).toBe(logGroups[0]?.name);
    expect(functions[0]?.environment).toEqual({ INBOX: buckets[0]?.name });
  });

  it('takes the names that the template gives', () => {
    expect(plan(withProperties('Inbox', { BucketName: 'given' })).buckets[0]?.name).toBe('given');
  });

  it('joins what belongs together: policies to roles, notifications to buckets, invoke settings to functions', () => {
    const { roles, buckets, functions, permissions } = plan(aTemplate());
    const [bucket] = buckets;
    const arn = `arn:aws:s3:::${String(bucket?.name)}`;
    expect(roles).toHaveLength(1);
    expect(roles[0]?.policies).toEqual([
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` }] },
    ]);
    const functionArn = `arn:aws:lambda:us-east-1:000000000000:function:${String(functions[0]?.name)}`;
    expect(bucket).toMatchObject({
      versioned: true,
      notifications: [{ functionArn, events: ['s3:ObjectCreated:*'], prefix: 'in/', suffix: '.json' }],
    });
    expect(functions).toMatchObject([
      { timeoutSeconds: 5, memoryMiB: 256, invoke: { maximumRetryAttempts: 0, maximumEventAgeSeconds: 21_600 } },
    ]);
    expect(permissions).toEqual([
      {
        statementId: expect.stringMatching(/^demo-Permission-[0-9A-F]{12}$/) as string,
        action: 'lambda:InvokeFunction',
        functionName: functions[0]?.name,
        principal: 's3.amazonaws.com',
        sourceArn: arn,
        sourceAccount: '000000000000',
      },
    ]);
  });

  it('leaves out the function that only configures buckets, and the role that only it uses', () => {
    const { functions, roles } = plan(aTemplate());
    expect(functions.map((fn) => fn.runtime)).toEqual(['nodejs24.x']);
    expect(roles.map((role) => role.arn).join()).not.toContain('HelperRole');
  });

  it('leaves out what is without meaning on one machine', () => {
    const template = aTemplate({
      Resources: { Usage: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } } },
    });
    expect(plan(template).functions).toHaveLength(1);
  });

  it('has only the resources and outputs whose condition holds', () => {
    const template = aTemplate({
      Conditions: {
        InIreland: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
        Elsewhere: {
          'Fn::And': [{ 'Fn::Not': [{ Condition: 'InIreland' }] }, { 'Fn::Or': [{ Condition: 'Elsewhere2' }] }],
        },
        Elsewhere2: { 'Fn::Equals': ['a', 'a'] },
      },
      Resources: {
        Here: { Type: 'AWS::Logs::LogGroup', Condition: 'Elsewhere' },
        There: { Type: 'AWS::SQS::Queue', Condition: 'InIreland' },
      },
      Outputs: {
        Place: { Value: { 'Fn::If': ['InIreland', 'there', 'here'] } },
        No: { Value: 'x', Condition: 'InIreland' },
      },
    });
    expect(plan(template).logGroups).toHaveLength(2);
    expect(plan(template).resources.map(({ logicalId }) => logicalId)).not.toContain('There');
    expect(plan(template).outputs).toEqual([{ key: 'Place', value: 'here' }]);
  });
});
