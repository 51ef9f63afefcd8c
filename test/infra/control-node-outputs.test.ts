import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

/** An output's value with `<LogicalId>` where AWS will put the name. */
function output(template: Template, name: string): string {
  const { Value } = template.findOutputs(name)[name] as { Value: Value };
  return text(Value);
}

type Value = string | { readonly Ref: string } | { readonly 'Fn::Join': readonly [string, readonly Value[]] };

function text(value: Value): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref.replace(/[0-9A-F]{8}$/, '')}>`;
  return value['Fn::Join'][1].map(text).join('');
}

function environmentOf(template: Template): Readonly<Record<string, string>> {
  return JSON.parse(output(template, 'ControlNodeEnvironment')) as Readonly<Record<string, string>>;
}

describe('the output ControlNodeEnvironment', () => {
  it('is the environment of coordinator and monitor, every value a text', () => {
    const environment = environmentOf(synthesize('dev'));
    expect(environment).toEqual({
      AWS_REGION: '<AWS::Region>',
      STACK_NAME: 'stateful-serverless-dev',
      APP_STORE_BUCKET: '<AppStoreBucket>',
      STATE_STORAGE_BUCKET: '<StateStorageBucket>',
      LOG_GROUP: '<StepLogsGroup>',
      FAILED_EVENTS_QUEUE_URL: '<FailedEventsQueue>',
      STEP_FUNCTIONS: expect.any(String) as string,
      EVIDENCE_SLACK_MS: '120000',
      MONITOR_MODE: 'act',
      ORDER_RETENTION_DAYS: '30',
    });
    expect(JSON.parse(environment['STEP_FUNCTIONS'] ?? '')).toEqual({
      'confirm-order': { functionName: '<ConfirmOrderFunction>', timeoutMs: 10_000 },
      payment: { functionName: '<PaymentFunction>', timeoutMs: 10_000 },
    });
  });

  it('has the rates of the monitor where a stage says them, and leaves them to the monitor where it does not', () => {
    const slow = environmentOf(synthesize('dev', { monitorRates: { looksPerSecond: 20, invocationsPerSecond: 2 } }));
    expect(slow).toMatchObject({ LOOKS_PER_SECOND: '20', INVOCATIONS_PER_SECOND: '2' });
    const usual = environmentOf(synthesize('prod', { monitorRates: { invocationsPerSecond: 2 } }));
    expect(usual).toHaveProperty('INVOCATIONS_PER_SECOND', '2');
    expect(usual).not.toHaveProperty('LOOKS_PER_SECOND');
  });

  it('waits for evidence only briefly on a laptop, where logs do not lag', () => {
    expect(environmentOf(synthesize('laptop'))['EVIDENCE_SLACK_MS']).toBe('1500');
  });
});

describe('the outputs of the stack', () => {
  it.each(['dev', 'prod', 'laptop'] as const)('say that it is the stage %s', (stage) => {
    expect(output(synthesize(stage), 'Stage')).toBe(stage);
  });

  it('name both buckets', () => {
    expect(output(synthesize(), 'AppStoreBucketName')).toBe('<AppStoreBucket>');
    expect(output(synthesize(), 'StateStorageBucketName')).toBe('<StateStorageBucket>');
  });

  it('have the command that opens the page, with whichever instance there is', () => {
    expect(output(synthesize(), 'OpenPage')).toBe(
      'aws ssm start-session --region <AWS::Region> --target "$(' +
        'aws autoscaling describe-auto-scaling-groups --region <AWS::Region> ' +
        '--auto-scaling-group-names <ControlNodeGroupASG> ' +
        '--query "AutoScalingGroups[0].Instances[?LifecycleState==\'InService\'].InstanceId | [0]" --output text' +
        ')" --document-name AWS-StartPortForwardingSession --parameters portNumber=8080,localPortNumber=8080',
    );
  });
});
