/** The parts of a CloudFormation template that a deployed stack's settings are read from. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What references in a template mean in the deployed stack. */
export interface StackIdentity {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
  readonly stackId: string;
  /** By logical id. */
  readonly physicalIds: Readonly<Record<string, string>>;
}

export class UnresolvableReferenceError extends Error {
  override readonly name = 'UnresolvableReferenceError';
}

/**
 * Replaces the references in a value of the template by what they mean in the deployed stack. Knows those that CDK writes
 * for functions, buckets and their policies.
 * @throws UnresolvableReferenceError for any other.
 */
export function resolve(value: unknown, template: Template, identity: StackIdentity): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, template, identity));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) {
    const [name, argument] = only as [string, unknown];
    if (name === 'Ref') return reference(String(argument), identity);
    if (name === 'Fn::GetAtt') return attribute(argument as readonly [string, string], template, identity);
    if (name === 'Fn::Join') return join(argument as readonly [string, readonly unknown[]], template, identity);
    if (name === 'Fn::Sub' && typeof argument === 'string')
      return argument.replaceAll(/\$\{([^}]+)\}/g, (_, id: string) => reference(id, identity));
    if (name.startsWith('Fn::'))
      throw new UnresolvableReferenceError(`cannot tell what ${name} means in the deployed stack`);
  }
  return Object.fromEntries(entries.map(([name, part]) => [name, resolve(part, template, identity)]));
}

function reference(id: string, { account, region, partition, stackName, stackId, physicalIds }: StackIdentity): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::StackName': stackName,
    'AWS::StackId': stackId,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  const value = pseudo[id] ?? physicalIds[id];
  if (value === undefined)
    throw new UnresolvableReferenceError(`the deployed stack has no resource or parameter ${id}`);
  return value;
}

function attribute([logicalId, name]: readonly [string, string], template: Template, identity: StackIdentity): string {
  const { account, region, partition } = identity;
  const id = reference(logicalId, identity);
  const { Type: type, Properties: properties } = template.Resources[logicalId] ?? {};
  if (name === 'Arn' && type === 'AWS::S3::Bucket') return `arn:${partition}:s3:::${id}`;
  // A role's reference is its bare name; the path is part of the ARN.
  if (name === 'Arn' && type === 'AWS::IAM::Role')
    return `arn:${partition}:iam::${account}:role${String(resolve(properties?.Path ?? '/', template, identity))}${id}`;
  if (name === 'Arn' && type === 'AWS::Lambda::Function')
    return `arn:${partition}:lambda:${region}:${account}:function:${id}`;
  throw new UnresolvableReferenceError(
    `cannot tell what attribute ${name} of ${logicalId} (${type ?? 'unknown'}) is in the deployed stack`,
  );
}

function join(
  [separator, parts]: readonly [string, readonly unknown[]],
  template: Template,
  identity: StackIdentity,
): string {
  return (resolve(parts, template, identity) as readonly unknown[]).map(String).join(separator);
}
