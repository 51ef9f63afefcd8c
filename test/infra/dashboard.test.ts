import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import { Alarms } from '../../lib/alarms.ts';
import { Dashboard } from '../../lib/dashboard.ts';
import { metricNames } from './metric-names.ts';

const stage = stageNamed('dev');

function dashboardOf({ groupName }: { readonly groupName?: string } = {}) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'orders');
  const { alarms } = new Alarms(stack, 'Alarms', { stage });
  const [stepLogs, nodeLogs] = [new LogGroup(stack, 'StepLogs'), new LogGroup(stack, 'NodeLogs')];
  new Dashboard(stack, 'Dashboard', { stage, stepLogs, nodeLogs, alarms, ...(groupName && { groupName }) });
  const template = Template.fromStack(stack);
  const [resource] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  return { template, widgets: widgetsIn(resource?.['Properties']) };
}

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly query?: string;
  };
}

/** With the logical id in the place of whatever CloudFormation fills in. */
function widgetsIn(properties: unknown): readonly Widget[] {
  const { DashboardBody } = properties as { DashboardBody: { 'Fn::Join': [string, unknown[]] } };
  const text = DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : idIn(part))).join('');
  return (JSON.parse(text) as { widgets: readonly Widget[] }).widgets;
}

function idIn(part: unknown): string {
  const [argument] = Object.values(part as Readonly<Record<string, string | readonly string[]>>);
  return typeof argument === 'string' ? argument : (argument?.[0] ?? '');
}

/** The metrics that a widget shows, its own and those that it searches for. */
function namesIn({ properties: { metrics = [] } }: Widget): readonly string[] {
  return metrics.flatMap(([first, second]) => {
    const { expression } = first as { readonly expression?: string };
    return expression === undefined ? [String(second)] : [/MetricName="(\w+)"/.exec(expression)?.[1] ?? expression];
  });
}

describe('the dashboard', () => {
  it('shows only metrics that are written', () => {
    const shown = dashboardOf().widgets.flatMap(namesIn);
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter((name) => !metricNames.includes(name))).toEqual([]);
  });

  it('searches for kinds and signals of this stack alone', () => {
    const expressions = dashboardOf()
      .widgets.flatMap(({ properties: { metrics = [] } }) => metrics.map(([first]) => first))
      .flatMap((first) => (first as { readonly expression?: string }).expression ?? []);
    expect(expressions).toEqual([
      `SEARCH('{StatefulServerless,Stack,FailureKind} MetricName="ExecutionsFailed" Stack="orders"', 'Sum', 60)`,
      `SEARCH('{StatefulServerless,Stack,Signal} MetricName="DetectionLatency" Stack="orders"', 'p50', 60)`,
      `SEARCH('{StatefulServerless,Stack,Signal} MetricName="DetectionLatency" Stack="orders"', 'p99', 60)`,
    ]);
  });

  it('shows every alarm', () => {
    const { template, widgets } = dashboardOf();
    const shown = widgets.flatMap(({ properties: { alarms = [] } }) => alarms);
    expect(shown.toSorted()).toEqual(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).toSorted());
  });

  it('shows what both log groups say of failures', () => {
    const queries = dashboardOf().widgets.flatMap(({ properties: { query } }) => query ?? []);
    expect(queries.map((query) => /SOURCE '(\w+?)[0-9A-F]{8}'/.exec(query)?.[1])).toEqual(['NodeLogs', 'StepLogs']);
  });

  it('shows the CPU of the control node once the group has a name', () => {
    const titles = (widgets: readonly Widget[]) => widgets.map(({ properties: { title } }) => title);
    expect(titles(dashboardOf().widgets)).not.toContain('CPU of the control node, %');
    const [cpu] = dashboardOf({ groupName: 'nodes' }).widgets.filter(({ properties: { title } }) => /CPU/.test(title));
    expect(cpu?.properties.metrics?.[0]?.slice(0, 4)).toEqual([
      'AWS/EC2',
      'CPUUtilization',
      'AutoScalingGroupName',
      'nodes',
    ]);
  });

  it('tells its address', () => {
    const { DashboardUrl } = dashboardOf().template.findOutputs('DashboardUrl');
    expect(JSON.stringify(DashboardUrl)).toMatch(/https:\/\/.*AWS::Region.*#dashboards\/dashboard\/.*Dashboard/);
  });

  it('is made of plain resources', () => {
    const types = Object.values(dashboardOf().template.toJSON()['Resources'] as Record<string, { Type: string }>);
    expect(new Set(types.map(({ Type }) => Type))).toEqual(
      new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::LogGroup']),
    );
  });
});
