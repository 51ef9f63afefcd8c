import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

/** The output with `<LogicalId>` where AWS will put the name. */
function environmentOf(template: Template): Readonly<Record<string, string>> {
  const { Value } = template.findOutputs('ControlNodeEnvironment')['ControlNodeEnvironment'] as {
    Value: { 'Fn::Join': [string, (string | { Ref: string })[]] };
  };
  const text = Value['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : `<${part.Ref.slice(0, -8)}>`))
    .join('');
  return JSON.parse(text) as Readonly<Record<string, string>>;
}

describe('the output ControlNodeEnvironment', () => {
  it('is the environment of coordinator and monitor, every value a text', () => {
    const environment = environmentOf(synthesize('dev'));
    expect(environment).toEqual({
      APP_STORE_BUCKET: '<AppStoreBucket>',
      STATE_STORAGE_BUCKET: '<StateStorageBucket>',
      LOG_GROUP: '<StepLogsGroup>',
      STEP_FUNCTIONS: expect.any(String) as string,
      EVIDENCE_SLACK_MS: '120000',
      ORDER_RETENTION_DAYS: '30',
    });
    expect(JSON.parse(environment['STEP_FUNCTIONS'] ?? '')).toEqual({
      'confirm-order': { functionName: '<ConfirmOrderFunction>', timeoutMs: 10_000 },
      payment: { functionName: '<PaymentFunction>', timeoutMs: 10_000 },
    });
  });

  it('waits for evidence only briefly on a laptop, where logs do not lag', () => {
    expect(environmentOf(synthesize('laptop'))['EVIDENCE_SLACK_MS']).toBe('1500');
  });
});
