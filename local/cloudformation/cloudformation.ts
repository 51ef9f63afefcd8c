import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { AwsRequest, AwsResponse, Service } from '../ports.ts';
import { queryAnswer, queryError, readQuery, type XmlValue } from './query-protocol.ts';
import type { StackPlan } from './stack-plan.ts';

export interface CloudFormationOptions {
  readonly plan: StackPlan;
  readonly templateBody: string;
  /** When the stack was provisioned, milliseconds since the epoch. */
  readonly createdAt: number;
  readonly authorize: (question: AccessQuestion) => Verdict;
}

/** CloudFormation's reading side for the one stack that was provisioned, so that programs find its parts as on AWS. */
export function createCloudFormation(options: CloudFormationOptions): Service {
  return {
    name: 'cloudformation',
    respond(request) {
      const query = readQuery(request.body);
      const operation = query.get('Action') ?? 'Unnamed';
      return Promise.resolve({ ...respond(request, query, operation, options), operation });
    },
  };
}

const OPERATIONS = {
  DescribeStacks: (options) => ({ Stacks: [describeStack(options)] }),
  DescribeStackResources: (options) => ({ StackResources: describeResources(options) }),
  ListStackResources: (options) => ({ StackResourceSummaries: listResources(options) }),
  GetTemplate: ({ templateBody }) => ({ TemplateBody: templateBody, StagesAvailable: ['Original', 'Processed'] }),
} satisfies Readonly<Record<string, (options: CloudFormationOptions) => XmlValue>>;

function respond(
  { requestId, principal }: AwsRequest,
  query: URLSearchParams,
  operation: string,
  options: CloudFormationOptions,
): AwsResponse {
  if (!isOperation(operation)) {
    return queryError(501, 'NotImplemented', `CloudFormation ${operation} is not implemented.`, requestId);
  }
  const { stackName, stackId } = options.plan;
  const action = `cloudformation:${operation}`;
  if (options.authorize({ principal, action, resource: stackId }) === 'denied') {
    const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${stackId}`;
    return queryError(403, 'AccessDenied', message, requestId);
  }
  const wanted = query.get('StackName');
  if (wanted === null && operation !== 'DescribeStacks') {
    return queryError(400, 'ValidationError', 'StackName is missing.', requestId);
  }
  if (wanted !== null && wanted !== stackName && wanted !== stackId) {
    return queryError(400, 'ValidationError', `Stack with id ${wanted} does not exist`, requestId);
  }
  return queryAnswer(operation, OPERATIONS[operation](options), requestId);
}

function isOperation(name: string): name is keyof typeof OPERATIONS {
  return Object.hasOwn(OPERATIONS, name);
}

function describeStack({ plan, createdAt }: CloudFormationOptions): XmlValue {
  return {
    StackId: plan.stackId,
    StackName: plan.stackName,
    CreationTime: new Date(createdAt).toISOString(),
    StackStatus: 'CREATE_COMPLETE',
    DisableRollback: 'false',
    Outputs: plan.outputs.map(({ key, value, description }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
    })),
  };
}

/** AWS's own limit of DescribeStackResources, which has no pages. */
const MOST_DESCRIBED = 100;

function describeResources(options: CloudFormationOptions): readonly XmlValue[] {
  const { stackId, stackName, resources } = options.plan;
  return resources.slice(0, MOST_DESCRIBED).map(({ logicalId, physicalId, type }) => ({
    StackName: stackName,
    StackId: stackId,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: new Date(options.createdAt).toISOString(),
    ResourceStatus: 'CREATE_COMPLETE',
  }));
}

/** A stack has 500 resources at most: everything fits the first page, so there is never a NextToken. */
function listResources({ plan, createdAt }: CloudFormationOptions): readonly XmlValue[] {
  return plan.resources.map(({ logicalId, physicalId, type }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    LastUpdatedTimestamp: new Date(createdAt).toISOString(),
    ResourceStatus: 'CREATE_COMPLETE',
  }));
}
