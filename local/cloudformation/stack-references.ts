import { queueArnOf, queueUrlOf, SERVICE_ENDPOINT } from '../sqs/queue-address.ts';
import { evaluate, isRecord, type References } from './intrinsics.ts';
import { physicalName, stackIdOf } from './physical-names.ts';
import { holds } from './template-conditions.ts';
import { TemplateNotHonouredError, type Template } from './template.ts';

export interface StackPlace {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
}

/** The property by which a template may name a resource itself. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SQS::Queue': 'QueueName',
};

/**
 * Resolves the names of one stack. Names do not depend on anything that is created, so references need no order and
 * no round trip: a template evaluates the same before, during and after provisioning.
 */
export function createReferences(template: Template, place: StackPlace): References {
  const { account, region, stackName } = place;
  const pseudoParameters: Readonly<Record<string, string | undefined>> = {
    'AWS::AccountId': account,
    'AWS::NoValue': undefined,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': stackIdOf(account, region, stackName),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const underEvaluation = new Set<string>();

  const references: References = {
    ref(name, where) {
      if (name in pseudoParameters) return pseudoParameters[name];
      const type = template.Resources[name]?.Type;
      if (type !== undefined) return physicalIdOf(type, nameOf(name, where));
      return parameterValue(template, name, where);
    },
    attribute(logicalId, attribute, where) {
      const type = template.Resources[logicalId]?.Type;
      if (type === undefined) throw new TemplateNotHonouredError(where, `there is no resource ${logicalId}`);
      const arn = arnOf(type, nameOf(logicalId, where), place);
      if (attribute === 'Arn' && arn !== undefined) return arn;
      throw new TemplateNotHonouredError(where, `Fn::GetAtt ${logicalId}.${attribute} (${type}) is not supported`);
    },
    condition(name, where) {
      const expression = template.Conditions?.[name];
      if (expression === undefined) throw new TemplateNotHonouredError(where, `there is no condition ${name}`);
      return guarded(`condition ${name}`, where, () => holds(expression, references, `condition ${name}`));
    },
  };
  return references;

  function nameOf(logicalId: string, where: string): string {
    const { Type: type = '', Properties: properties = {} } = template.Resources[logicalId] ?? {};
    const given = properties[NAME_PROPERTIES[type] ?? ''];
    if (given === undefined) return physicalName(type, stackName, logicalId);
    return guarded(logicalId, where, () => String(evaluate(given, references, logicalId)));
  }

  /** A template whose names refer to themselves would never end. */
  function guarded<T>(what: string, where: string, evaluateIt: () => T): T {
    if (underEvaluation.has(what)) throw new TemplateNotHonouredError(where, `${what} refers to itself`);
    underEvaluation.add(what);
    try {
      return evaluateIt();
    } finally {
      underEvaluation.delete(what);
    }
  }
}

/** The machine image of an instance: there is no other machine here, so any id does. */
const IMAGE_PARAMETER = 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>';
const NO_IMAGE = 'ami-00000000000000000';

function parameterValue(template: Template, name: string, where: string): unknown {
  const parameter = template.Parameters?.[name];
  if (!isRecord(parameter)) throw new TemplateNotHonouredError(where, `there is no resource or parameter ${name}`);
  if (parameter.Type === IMAGE_PARAMETER) return NO_IMAGE;
  if (parameter.Type.startsWith('AWS::SSM::')) {
    throw new TemplateNotHonouredError(where, `parameter ${name} is read from SSM, which there is none of here`);
  }
  if (parameter.Default === undefined) throw new TemplateNotHonouredError(where, `parameter ${name} has no default`);
  return parameter.Default;
}

/** A queue is known by its URL, everything else by its name. */
function physicalIdOf(type: string, name: string): string {
  return type === 'AWS::SQS::Queue' ? queueUrlOf(SERVICE_ENDPOINT, name) : name;
}

function arnOf(type: string, name: string, { account, region }: StackPlace): string | undefined {
  switch (type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${name}`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${region}:${account}:function:${name}`;
    case 'AWS::IAM::InstanceProfile':
      return `arn:aws:iam::${account}:instance-profile/${name}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${account}:role/${name}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
    case 'AWS::SQS::Queue':
      return queueArnOf(name);
    default:
      return undefined;
  }
}
