import { App, Validations, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { stageNamed } from '../../bin/stages.ts';
import type { Stage } from '../../lib/stage.ts';
import { StatefulServerlessStack } from '../../lib/stateful-serverless-stack.ts';

// CDK's own template validation takes seconds and belongs to `cdk synth`, which CI runs as well.
process.env['CDK_VALIDATION'] = 'false';

interface CdkJson {
  readonly context: Readonly<Record<string, unknown>>;
}

/** The feature flags change what constructs produce: the tests look at the template that `cdk synth` makes. */
const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as CdkJson;

export function makeStack(
  stageName: Stage['name'] = 'dev',
  env: Environment = {},
  different: Partial<Stage> = {},
): { readonly app: App; readonly stack: StatefulServerlessStack } {
  // No stack is bundled: what the functions contain is not asked here.
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  const stack = new StatefulServerlessStack(app, `stateful-serverless-${stageName}`, {
    stage: { ...stageNamed(stageName), ...different },
    env,
  });
  return { app, stack };
}

/** @param different what a stage of the user's own may say otherwise */
export function synthesize(stageName: Stage['name'] = 'dev', different: Partial<Stage> = {}): Template {
  return Template.fromStack(makeStack(stageName, {}, different).stack);
}

/** Throws when cdk-nag has a finding that nobody acknowledged. */
export function synthesizeWithNag(
  stageName: Stage['name'],
  alter?: (stack: StatefulServerlessStack) => unknown,
  env: Environment = {},
): void {
  const { app, stack } = makeStack(stageName, env);
  alter?.(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

/** The identity policy statements of the role with that construct path's logical id prefix, inline ones included. */
export function statementsOf(template: Template, roleIdPrefix: string): readonly Statement[] {
  const roles = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith(roleIdPrefix));
  const [roleId, role] = roles[0] ?? [];
  if (roles.length !== 1 || roleId === undefined) throw new Error(`${roles.length} roles begin with ${roleIdPrefix}`);
  const inline = (role as { Properties: { Policies?: readonly PolicyProperties[] } }).Properties.Policies ?? [];
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map((policy) => (policy as { Properties: PolicyProperties & { Roles: readonly unknown[] } }).Properties)
    .filter((policy) => JSON.stringify(policy.Roles).includes(`"${roleId}"`));
  return [...inline, ...attached].flatMap((policy) => policy.PolicyDocument.Statement);
}

interface PolicyProperties {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** Each permission as one line, `action on resource`, with `{LogicalId}` for a resource's ARN. */
export function permissionsOf(template: Template, roleIdPrefix: string): readonly string[] {
  return statementsOf(template, roleIdPrefix)
    .flatMap(({ Effect, Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((on) => `${Effect} ${action} on ${readable(on)}`)),
    )
    .sort();
}

function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Ref') return `{${String(argument).replace(/[0-9A-F]{8}$/, '')}}`;
  if (name === 'Fn::Sub') return String(argument).replaceAll('${', '{');
  if (name === 'Fn::GetAtt') return `{${String((argument as string[])[0]).replace(/[0-9A-F]{8}$/, '')}}`;
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(readable).join('');
  return JSON.stringify(value);
}
