import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { makeStack, synthesize, synthesizeWithNag } from './synthesize.ts';

// Assets are named by a hash of their contents, which changes with every edit of a function.
expect.addSnapshotSerializer({
  test: (value) => typeof value === 'string' && /[0-9a-f]{64}/.test(value),
  serialize: (value: string) => JSON.stringify(value.replace(/[0-9a-f]{64}/g, '<asset hash>')),
});

const IN_ACCOUNT = { account: '111111111111', region: 'eu-central-1' };

describe('the template', () => {
  it('has no finding of cdk-nag that nobody explained', () => {
    expect(() => synthesizeWithNag('dev')).not.toThrow();
    expect(() => synthesizeWithNag('prod')).not.toThrow();
    // Findings name resources, and those names depend on whether account and region are known.
    expect(() => synthesizeWithNag('prod', undefined, IN_ACCOUNT)).not.toThrow();
  });

  it('would not be let through by cdk-nag with a bucket that answers without TLS', () => {
    expect(() => synthesizeWithNag('dev', (stack) => new Bucket(stack, 'Careless'))).toThrow(/AwsSolutions/);
  });

  it('keeps the logical ids of what holds state: another id means another, empty resource', () => {
    const template = synthesize('prod');
    expect(Object.keys(template.findResources('AWS::S3::Bucket'))).toEqual([
      'AppStoreBucket2343512B',
      'StateStorageBucket195FE834',
    ]);
    expect(Object.keys(template.findResources('AWS::Logs::LogGroup'))).toEqual([
      'StepLogsGroupA176BFB0',
      'ControlNodeLogsGroup86E4DF6F',
    ]);
  });

  it('names nothing itself', () => {
    const template = synthesize('prod').toJSON() as { Resources: Record<string, { Properties?: object }> };
    const names = [
      'BucketName',
      'FunctionName',
      'RoleName',
      'LogGroupName',
      'AutoScalingGroupName',
      'LaunchTemplateName',
    ];
    const owners = Object.entries(template.Resources).filter(([, { Properties = {} }]) =>
      names.some((name) => typeof (Properties as Record<string, unknown>)[name] === 'string'),
    );
    expect(owners.map(([id]) => id)).toEqual([]);
  });

  it.each([{}, IN_ACCOUNT])('looks nothing up, in %j', (env) => {
    const { app } = makeStack('dev', env);
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });

  it('is this', () => {
    expect(synthesize('prod').toJSON()).toMatchSnapshot();
  });
});
