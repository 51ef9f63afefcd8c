import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import { makeStack, synthesize } from './synthesize.ts';

const STATEFUL = ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'];

describe('a stage', () => {
  it('that does not exist is refused with the names of those that do', () => {
    expect(() => stageNamed('staging')).toThrow('There is no stage "staging": choose one of dev, prod, laptop');
  });

  it('prod keeps its data and refuses to be deleted', () => {
    const template = synthesize('prod');
    for (const type of STATEFUL)
      template.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(makeStack('prod').stack.terminationProtection).toBe(true);
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('dev leaves nothing behind', () => {
    const template = synthesize('dev');
    for (const type of STATEFUL)
      template.allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    expect(makeStack('dev').stack.terminationProtection).toBe(false);
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 2);
  });

  it.each([
    ['dev', 10, 7],
    ['prod', 10, 90],
    ['laptop', 3, 7],
  ] as const)('%s has its own timeouts and retention', (name, timeoutSeconds, retentionDays) => {
    const template = synthesize(name);
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { Timeout: timeoutSeconds, MemorySize: 256 }, 2);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: retentionDays });
  });

  it('pins no account, so that any can be deployed to', () => {
    const { stack } = makeStack('dev');
    expect(stack.resolve(stack.account)).toEqual({ Ref: 'AWS::AccountId' });
    expect(stack.node.root).toBeInstanceOf(App);
  });
});
