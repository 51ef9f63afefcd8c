import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

function ownFunctions(): readonly (readonly [string, { readonly Properties: Readonly<Record<string, unknown>> }])[] {
  return Object.entries(
    template.findResources('AWS::Lambda::Function', { Properties: { LoggingConfig: Match.anyValue() } }),
  ) as never;
}

describe('the functions', () => {
  it('are confirm-order and payment, on the current runtime, arm64, 256 MB, logging text', () => {
    expect(ownFunctions()).toHaveLength(2);
    for (const [, { Properties }] of ownFunctions()) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 256,
        Timeout: 10,
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'Text' },
      });
    }
  });

  it('share one log group whose lines expire', () => {
    const groupId = 'StepLogsGroupA176BFB0';
    expect(template.findResources('AWS::Logs::LogGroup')[groupId]).toMatchObject({
      Properties: { RetentionInDays: 7 },
    });
    for (const [, { Properties }] of ownFunctions()) {
      expect(Properties['LoggingConfig']).toMatchObject({ LogGroup: { Ref: groupId } });
    }
  });

  it('are never retried by Lambda itself', () => {
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 2);
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      Qualifier: '$LATEST',
    });
  });

  it('tell one queue of every event that Lambda gives up', () => {
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailedEventsQueue'), 'Arn'] } },
      },
    });
  });

  it.each(['dev', 'prod', 'laptop'] as const)(
    'reserve no concurrency on %s, which a new account could not give',
    (stage) => {
      const all = Object.values(synthesize(stage).findResources('AWS::Lambda::Function'));
      expect(all.length).toBeGreaterThan(0);
      for (const { Properties } of all as { Properties: object }[]) {
        expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      }
    },
  );

  it('are told the two buckets and nothing else', () => {
    for (const [, { Properties }] of ownFunctions()) {
      expect(Object.keys((Properties['Environment'] as { Variables: object }).Variables).sort()).toEqual([
        'APP_STORE_BUCKET',
        'STATE_STORAGE_BUCKET',
      ]);
    }
  });
});

describe('the chain', () => {
  function notification(bucket: string, fn: string, prefix: string, suffix: string): unknown {
    return {
      BucketName: { Ref: Match.stringLikeRegexp(`^${bucket}`) },
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [
          {
            Events: ['s3:ObjectCreated:*'],
            LambdaFunctionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${fn}`), 'Arn'] },
            Filter: {
              Key: {
                FilterRules: Match.arrayEquals([
                  { Name: 'suffix', Value: suffix },
                  { Name: 'prefix', Value: prefix },
                ]),
              },
            },
          },
        ],
      },
    };
  }

  it('starts confirm-order with an order', () => {
    template.hasResourceProperties(
      'Custom::S3BucketNotifications',
      notification('AppStore', 'ConfirmOrder', 'orders/', '.json'),
    );
  });

  it('starts payment with the step record of confirm-order', () => {
    template.hasResourceProperties(
      'Custom::S3BucketNotifications',
      notification('StateStorage', 'Payment', 'executions/', '/confirm-order.json'),
    );
  });

  it('lets only the bucket of this account invoke each function', () => {
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    template.allResourcesProperties('AWS::Lambda::Permission', {
      Principal: 's3.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Bucket'), 'Arn'] },
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});
