import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import { synthesize } from './synthesize.ts';

interface Queue {
  readonly VisibilityTimeout?: number;
  readonly MessageRetentionPeriod?: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: unknown; readonly maxReceiveCount: number };
}

let template: Template;
let queues: readonly (readonly [id: string, queue: Queue])[];
beforeAll(() => {
  template = synthesize();
  queues = Object.entries(template.findResources('AWS::SQS::Queue')).map(
    ([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties as Queue] as const,
  );
});

describe('the queue of failed events', () => {
  it('is one for all functions, with another one for what cannot be read', () => {
    expect(queues.map(([id]) => id).sort()).toEqual(['FailedEventsQueue', 'FailedEventsSetAside']);
    const { RedrivePolicy } = new Map(queues).get('FailedEventsQueue') ?? {};
    expect(RedrivePolicy).toMatchObject({
      deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^FailedEventsSetAside/), 'Arn'] },
    });
  });

  it('is encrypted and refuses every call that does not come over TLS, as the other one', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  it('gives a record back to the next monitor before the sweep would find the failure', () => {
    const { stepTimeoutsMs, evidenceSlackMs } = stageNamed('dev');
    const { VisibilityTimeout = 0 } = new Map(queues).get('FailedEventsQueue') ?? {};
    expect(VisibilityTimeout * 1000).toBeLessThan(stepTimeoutsMs.payment + evidenceSlackMs);
    // A look is a handful of calls, each given up after 10 s.
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(60);
  });

  it('keeps what cannot be looked at for an hour of an outage at least, then for the two weeks that SQS offers', () => {
    const { VisibilityTimeout = 0, RedrivePolicy } = new Map(queues).get('FailedEventsQueue') ?? {};
    expect(VisibilityTimeout * (RedrivePolicy?.maxReceiveCount ?? 0)).toBeGreaterThanOrEqual(3_600);
    template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
  });

  it.each(['dev', 'prod', 'laptop'] as const)('goes with the stack of %s: it holds suspicions, not state', (stage) => {
    synthesize(stage).allResources('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
  });
});
