import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import { Alarms } from '../../lib/alarms.ts';
import type { Stage } from '../../lib/stage.ts';
import { metricNames } from './metric-names.ts';

const STAGE: Stage = stageNamed('prod');
const TOLD: Stage = { ...STAGE, alarmEmail: 'on-call@example.org' };

function alarmsOf(stage: Stage) {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'orders');
  new Alarms(stack, 'Alarms', { stage });
  return { app, template: Template.fromStack(stack) };
}

interface AlarmProperties {
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

function propertiesOf(template: Template): ReadonlyMap<string, AlarmProperties> {
  return new Map(
    Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
      /^Alarms(.*)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
      Properties as AlarmProperties,
    ]),
  );
}

/** The headings of a Markdown file as GitHub addresses them. */
function addressesIn(path: string): readonly string[] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(
    ([, heading = '']) =>
      `${path}#${heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replace(/ /g, '-')}`,
  );
}

describe('an alarm', () => {
  const alarms = propertiesOf(alarmsOf(STAGE).template);

  it.each([...alarms])('%s leads to its heading in the runbook', (_id, { AlarmDescription }) => {
    const [, sentence, address] = /^orders: (.*)\. See (docs\/runbook\.md#\S+)$/.exec(AlarmDescription) ?? [];
    expect(sentence).toMatch(/^[A-Z]/);
    expect(addressesIn('docs/runbook.md')).toContain(address);
  });

  it.each([...alarms])('%s watches a metric that is written, of this stack alone', (_id, properties) => {
    expect(metricNames).toContain(properties.MetricName);
    expect(properties).toMatchObject({
      Namespace: 'StatefulServerless',
      Dimensions: [{ Name: 'Stack', Value: 'orders' }],
    });
  });

  it.each([
    ['CoordinatorNotReady', 'StoresNotAnswering', 0, 60],
    ['MonitorBehind', 'WatermarkLag', 120_000, 60],
    ['MonitorBlind', 'VisibilityLag', 120_000, 60],
    ['SweepBehind', 'SweepLag', 300_000, 60],
    ['FailedEventsUnread', 'FailedEventsLag', 120_000, 60],
    ['LooksFailing', 'LooksFailing', 0, 300],
  ])('%s watches %s of the better of two processes: above %d in three periods', (id, MetricName, Threshold, Period) => {
    expect(alarms.get(id)).toMatchObject({
      MetricName,
      Threshold,
      Period,
      Statistic: 'Minimum',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 3,
    });
  });

  it('takes no data for a failure only where a process would have written some', () => {
    const breaching = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(breaching.map(([id]) => id)).toEqual(['CoordinatorSilent', 'MonitorSilent']);
    const others = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'notBreaching');
    expect(others).toHaveLength(alarms.size - 2);
  });
});

describe('an address for alarms', () => {
  it('that the stage does not have makes nothing that could tell anybody', () => {
    const { template } = alarmsOf(STAGE);
    expect(STAGE.alarmEmail).toBeUndefined();
    for (const type of ['Topic', 'Subscription', 'TopicPolicy']) template.resourceCountIs(`AWS::SNS::${type}`, 0);
    expect([...propertiesOf(template).values()].filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
  });

  it('is told of every alarm, and that it is over where OK means so', () => {
    const { template } = alarmsOf(TOLD);
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'on-call@example.org' });
    const alarms = [...propertiesOf(template)];
    expect(alarms.filter(([, { AlarmActions }]) => AlarmActions?.length !== 1)).toEqual([]);
    expect(alarms.filter(([, { OKActions }]) => OKActions === undefined).map(([id]) => id)).toEqual([
      'RecoveryGivenUp',
      'ExecutionHeld',
      'ExecutionQuarantined',
    ]);
  });

  it('is reached over TLS alone, by CloudWatch of this account alone', () => {
    const { template } = alarmsOf(TOLD);
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('leaves cdk-nag nothing that nobody explained', () => {
    const { app } = alarmsOf(TOLD);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

it('has as many alarms as the README counts in its costs', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const { size } = propertiesOf(alarmsOf(STAGE).template);
  expect(readme).toContain(`| ${size} alarms, `);
});
