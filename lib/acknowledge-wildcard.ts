import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Explains a `*` in a resource that a policy below this construct names; only this one, and only here. */
export function acknowledgeWildcard(construct: Construct, resource: string, reason: string): void {
  const finding = textOf(Stack.of(construct).resolve(resource));
  Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
}

/** A value of the template as cdk-nag words it in its findings. */
function textOf(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const [name, argument] = Object.entries(resolved as Readonly<Record<string, unknown>>)[0] ?? [];
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as readonly string[]).join('.')}>`;
  if (name === 'Fn::Join') return (argument as readonly [string, readonly unknown[]])[1].map(textOf).join('');
  throw new Error(`cannot word ${JSON.stringify(resolved)} as a finding`);
}
