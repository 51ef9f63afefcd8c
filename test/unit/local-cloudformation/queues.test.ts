import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../../local/cloudformation/check-plan.ts';
import type { Template } from '../../../local/cloudformation/template.ts';
import { plan } from './builders.ts';
import { aTemplateWithDestination, FAILED_EVENTS } from './failed-events.ts';

function withQueueProperties(properties: object): Template {
  return aTemplateWithDestination({ Failed: { Type: 'AWS::SQS::Queue', Properties: { ...properties } } });
}

describe('a queue that cannot be honoured stops the start', () => {
  it.each([
    [{ FifoQueue: true }, 'Failed: property FifoQueue is not supported'],
    [{ DelaySeconds: 10 }, 'Failed: property DelaySeconds is not supported'],
    [{ KmsMasterKeyId: 'key' }, 'Failed: property KmsMasterKeyId is not supported'],
    [{ VisibilityTimeout: 'soon' }, 'Failed: property VisibilityTimeout must be a number'],
    [{ RedrivePolicy: { maxReceiveCount: 1 } }, 'Failed: property RedrivePolicy.deadLetterTargetArn is missing'],
    [{ RedrivePolicy: { deadLetterTargetArn: 'arn' } }, 'Failed: property RedrivePolicy.maxReceiveCount is missing'],
  ])('%j', (properties, message) => {
    expect(() => plan(withQueueProperties(properties))).toThrow(message);
  });
});

describe('a destination that AWS would refuse stops the start', () => {
  it('because there is no such queue', () => {
    const elsewhere = { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:elsewhere' } };
    const { Type, Properties } = FAILED_EVENTS['InvokeConfig'] ?? { Type: '' };
    const template = aTemplateWithDestination({
      InvokeConfig: { Type, Properties: { ...Properties, DestinationConfig: elsewhere } },
    });
    expect(() => checkPlan(plan(template))).toThrow(
      /Worker.*: its on-failure destination arn:aws:sqs:\S+:elsewhere is no queue of the stack/,
    );
  });

  it('because the function’s role may not send to it', () => {
    const template = aTemplateWithDestination({ Sending: { Type: 'AWS::CDK::Metadata' } });
    expect(() => checkPlan(plan(template))).toThrow(/its role \S+ may not send to its on-failure destination/);
  });
});

describe('a planned queue', () => {
  const { queues, functions, resources } = plan(aTemplateWithDestination());
  const [setAside, failed] = queues;

  it('comes after the one that takes its dead letters, with what the template says of it and nothing else', () => {
    expect(setAside).toEqual({ name: expect.stringMatching(/^demo-SetAside-[0-9A-F]{12}$/) as string });
    expect(failed).toMatchObject({
      name: expect.stringMatching(/^demo-Failed-[0-9A-F]{12}$/) as string,
      visibilityTimeoutSeconds: 60,
      retentionSeconds: 1_209_600,
      redrivePolicy: {
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${setAside?.name}`,
        maxReceiveCount: 100,
      },
      policy: { Statement: [{ Effect: 'Deny', Action: 'sqs:*' }] },
    });
    expect(failed).not.toHaveProperty('receiveWaitSeconds');
  });

  it('is the destination of the function that names it', () => {
    expect(functions[0]?.invoke.onFailureArn).toBe(`arn:aws:sqs:us-east-1:000000000000:${failed?.name}`);
    expect(() => checkPlan(plan(aTemplateWithDestination()))).not.toThrow();
  });

  it('is known by the URL that AWS would give it, whatever port the local AWS listens on', () => {
    expect(resources.find(({ logicalId }) => logicalId === 'Failed')?.physicalId).toBe(
      `https://sqs.us-east-1.amazonaws.com/000000000000/${failed?.name}`,
    );
  });

  it('bears the name that the template gives it', () => {
    const template = withQueueProperties({ QueueName: 'given' });
    expect(plan(template).queues.map(({ name }) => name)).toContain('given');
  });
});
