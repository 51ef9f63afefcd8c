import type { AwsRequest, AwsResponse } from '../ports.ts';
import { checkConfiguration, checkRange, type FunctionConfiguration } from './function-configuration.ts';
import type { Code } from './code-store.ts';
import { configurationAnswer, eventInvokeConfigAnswer } from './configuration-answer.ts';
import type { FunctionRegistry, RegisteredFunction } from './function-registry.ts';
import { invoke } from './invoke-operation.ts';
import type { EventInvokeConfig, LambdaFunction } from './lambda-function.ts';
import { LambdaError } from './lambda-error.ts';
import * as read from './request-fields.ts';
import { statementOf } from './resource-policy.ts';

/** What the operations need of the whole. */
export interface OperationContext {
  readonly registry: FunctionRegistry;
  readonly enqueue: (registered: RegisteredFunction, requestId: string, payload: string) => void;
  /** New configuration or code was set. */
  readonly revised: (registered: RegisteredFunction) => void;
  /** Concurrency changed. */
  readonly rescaled: (registered: RegisteredFunction) => void;
  readonly unzip: (zip: Buffer) => Promise<Code>;
  readonly loadCode: (location: { readonly bucket: string; readonly key: string }) => Promise<Code>;
  /** @throws LambdaError when there is no such role. */
  readonly checkRole: (roleArn: string) => void;
  /** @throws LambdaError when nothing here can run it. */
  readonly checkRuntime: (runtime: string) => void;
  readonly hasDestinations: boolean;
}

type Operation = (
  registered: RegisteredFunction,
  request: AwsRequest,
  context: OperationContext,
  statementId: string | undefined,
) => AwsResponse | Promise<AwsResponse>;

/** The operations on one function, by name. ListFunctions is apart: it has no function. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  Invoke: (registered, request, context) =>
    invoke(request, registered, (requestId, payload) => context.enqueue(registered, requestId, payload)),

  GetFunction: ({ target }) =>
    json(200, {
      Configuration: configurationAnswer(target),
      Code: { RepositoryType: 'S3', Location: `file://${target.revision.code.directory}` },
      ...(target.reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: target.reservedConcurrency } }),
    }),

  GetFunctionConfiguration: ({ target }) => json(200, configurationAnswer(target)),

  UpdateFunctionConfiguration(registered, request, context) {
    const { target } = registered;
    const fields = read.fieldsIn(request.body);
    const honoured = ['Environment', 'Handler', 'MemorySize', 'RevisionId', 'Role', 'Runtime', 'Timeout'];
    read.refuseOthers(fields, honoured, 'UpdateFunctionConfiguration');
    checkRevision(target, fields);
    const current = target.revision.configuration;
    const configuration: FunctionConfiguration = {
      ...current,
      environment: environmentIn(fields) ?? current.environment,
      handler: read.stringField(fields, 'Handler') ?? current.handler,
      memoryMiB: read.numberField(fields, 'MemorySize') ?? current.memoryMiB,
      roleArn: read.stringField(fields, 'Role') ?? current.roleArn,
      runtime: read.stringField(fields, 'Runtime') ?? current.runtime,
      timeoutSeconds: read.numberField(fields, 'Timeout') ?? current.timeoutSeconds,
    };
    checkConfiguration(configuration);
    context.checkRuntime(configuration.runtime);
    context.checkRole(configuration.roleArn);
    target.revise({ configuration });
    context.revised(registered);
    return json(200, configurationAnswer(target));
  },

  async UpdateFunctionCode(registered, request, context) {
    const { target } = registered;
    const fields = read.fieldsIn(request.body);
    const honoured = ['Architectures', 'DryRun', 'Publish', 'RevisionId', 'S3Bucket', 'S3Key', 'ZipFile'];
    read.refuseOthers(fields, honoured, 'UpdateFunctionCode');
    if (fields['Publish'] === true) throw new LambdaError('NotImplemented', 'Versions (Publish) are not implemented.');
    checkRevision(target, fields);
    const code = await codeIn(fields, context);
    if (fields['DryRun'] !== true) {
      target.revise({ code });
      context.revised(registered);
    }
    return json(200, configurationAnswer(target));
  },

  PutFunctionConcurrency(registered, request, context) {
    const fields = read.fieldsIn(request.body);
    const concurrency = read.numberField(fields, 'ReservedConcurrentExecutions');
    checkRange('ReservedConcurrentExecutions', concurrency ?? NaN, 0, 1000);
    registered.target.reservedConcurrency = concurrency;
    context.rescaled(registered);
    return json(200, { ReservedConcurrentExecutions: concurrency });
  },

  DeleteFunctionConcurrency(registered, _request, context) {
    registered.target.reservedConcurrency = undefined;
    context.rescaled(registered);
    return { status: 204 };
  },

  GetFunctionConcurrency: ({ target }) => json(200, { ReservedConcurrentExecutions: target.reservedConcurrency }),

  AddPermission({ target }, request) {
    const fields = read.fieldsIn(request.body);
    read.refuseOthers(fields, ['Action', 'Principal', 'SourceAccount', 'SourceArn', 'StatementId'], 'AddPermission');
    const permission = {
      statementId: read.requiredStringField(fields, 'StatementId'),
      action: read.requiredStringField(fields, 'Action'),
      principal: read.requiredStringField(fields, 'Principal'),
      sourceArn: read.stringField(fields, 'SourceArn'),
      sourceAccount: read.stringField(fields, 'SourceAccount'),
    };
    if (target.policy.has(permission.statementId)) {
      throw new LambdaError(
        'ResourceConflictException',
        `The statement id (${permission.statementId}) provided already exists.`,
      );
    }
    const statement = statementOf(permission, target.arn);
    target.policy.set(permission.statementId, statement);
    return json(201, { Statement: JSON.stringify(statement) });
  },

  RemovePermission({ target }, _request, _context, statementId = '') {
    if (!target.policy.delete(statementId)) {
      throw new LambdaError('ResourceNotFoundException', `Statement ${statementId} is not found in resource policy.`);
    }
    return { status: 204 };
  },

  GetPolicy({ target }) {
    if (target.policy.size === 0) {
      throw new LambdaError('ResourceNotFoundException', 'The resource you requested does not exist.');
    }
    const policy = { Version: '2012-10-17', Id: 'default', Statement: [...target.policy.values()] };
    return json(200, { Policy: JSON.stringify(policy), RevisionId: target.revision.id });
  },

  GetFunctionEventInvokeConfig: ({ target }) => json(200, eventInvokeConfigAnswer(target)),

  PutFunctionEventInvokeConfig: ({ target }, request, context) =>
    setEventInvokeConfig(target, request, context, {
      maximumRetryAttempts: 2,
      maximumEventAgeSeconds: 21_600,
      onFailureArn: undefined,
      modifiedAt: 0,
    }),

  UpdateFunctionEventInvokeConfig: ({ target }, request, context) =>
    setEventInvokeConfig(target, request, context, target.eventInvokeConfig),
};

/** One page, in the order of names. */
export function listFunctions(request: AwsRequest, registry: FunctionRegistry): AwsResponse {
  const query = request.url.searchParams;
  const limit = Number(query.get('MaxItems') ?? 50);
  checkRange('MaxItems', limit, 1, 10_000);
  const marker = query.get('Marker');
  const after = marker === null ? '' : Buffer.from(marker, 'base64url').toString();
  const rest = registry.all().filter(({ target }) => target.name > after);
  const page = rest.slice(0, Math.min(limit, 50)).map(({ target }) => target);
  const last = page.at(-1);
  return json(200, {
    Functions: page.map(configurationAnswer),
    ...(last !== undefined && page.length < rest.length
      ? { NextMarker: Buffer.from(last.name).toString('base64url') }
      : {}),
  });
}

function setEventInvokeConfig(
  target: LambdaFunction,
  request: AwsRequest,
  context: OperationContext,
  base: EventInvokeConfig,
): AwsResponse {
  const fields = read.fieldsIn(request.body);
  const honoured = ['DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];
  read.refuseOthers(fields, honoured, 'the event invoke config');
  const config: EventInvokeConfig = {
    maximumRetryAttempts: read.numberField(fields, 'MaximumRetryAttempts') ?? base.maximumRetryAttempts,
    maximumEventAgeSeconds: read.numberField(fields, 'MaximumEventAgeInSeconds') ?? base.maximumEventAgeSeconds,
    onFailureArn: destinationIn(fields, context) ?? base.onFailureArn,
    modifiedAt: Date.now(),
  };
  checkRange('MaximumRetryAttempts', config.maximumRetryAttempts, 0, 2);
  checkRange('MaximumEventAgeInSeconds', config.maximumEventAgeSeconds, 60, 21_600);
  target.eventInvokeConfig = config;
  return json(200, eventInvokeConfigAnswer(target));
}

function destinationIn(fields: read.Fields, context: OperationContext): string | undefined {
  const destinations = read.objectField(fields, 'DestinationConfig') ?? {};
  const onSuccess = read.objectField(destinations, 'OnSuccess')?.['Destination'];
  if (onSuccess !== undefined) throw new LambdaError('NotImplemented', 'On-success destinations are not implemented.');
  const onFailure = read.stringField(read.objectField(destinations, 'OnFailure') ?? {}, 'Destination');
  if (onFailure !== undefined && !context.hasDestinations) {
    throw new LambdaError('NotImplemented', 'On-failure destinations are not implemented.');
  }
  return onFailure;
}

function environmentIn(fields: read.Fields): Readonly<Record<string, string>> | undefined {
  const variables = read.objectField(read.objectField(fields, 'Environment') ?? {}, 'Variables');
  if (variables === undefined) return fields['Environment'] === undefined ? undefined : {};
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'string') continue;
    throw new LambdaError('InvalidParameterValueException', `The environment variable ${name} must be a string.`);
  }
  return variables as Readonly<Record<string, string>>;
}

function checkRevision(target: LambdaFunction, fields: read.Fields): void {
  const wanted = read.stringField(fields, 'RevisionId');
  if (wanted === undefined || wanted === target.revision.id) return;
  throw new LambdaError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction API to retrieve it.',
  );
}

async function codeIn(fields: read.Fields, context: OperationContext): Promise<Code> {
  const zip = read.stringField(fields, 'ZipFile');
  if (zip !== undefined) return context.unzip(Buffer.from(zip, 'base64'));
  const bucket = read.requiredStringField(fields, 'S3Bucket');
  return context.loadCode({ bucket, key: read.requiredStringField(fields, 'S3Key') });
}

export function json(status: number, content: object): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
