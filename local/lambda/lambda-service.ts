import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { AwsRequest, AwsResponse, Principal, Service } from '../ports.ts';
import { LOCAL_ACCOUNT } from '../ports.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { LambdaError } from './lambda-error.ts';
import { QueueFullError } from './event-queue.ts';
import { json, listFunctions, OPERATIONS, type OperationContext } from './operations.ts';
import { routeOf } from './routes.ts';

export interface LambdaServiceOptions extends OperationContext {
  readonly authorize: (question: AccessQuestion) => Verdict;
}

/** The Lambda API (REST JSON): finds the operation, checks the caller's permission, puts errors into AWS's shape. */
export function createLambdaService(options: LambdaServiceOptions): Service {
  return {
    name: 'lambda',
    async respond(request) {
      const route = routeOf(request.method, request.url.pathname.replace(/\/$/, ''));
      const operation = 'unknown' in route ? route.unknown : route.operation;
      try {
        if ('unknown' in route) {
          throw new LambdaError('NotImplemented', `The local Lambda does not implement ${route.unknown}.`);
        }
        return { operation, ...(await perform(request, route, options)) };
      } catch (error) {
        return { operation, ...errorAnswer(error) };
      }
    },
  };
}

async function perform(
  request: AwsRequest,
  route: {
    readonly operation: string;
    readonly functionName: string | undefined;
    readonly statementId: string | undefined;
  },
  options: LambdaServiceOptions,
): Promise<AwsResponse> {
  const { operation, functionName } = route;
  const check = (resource: string): void => checkAccess(request.principal, operation, resource, options.authorize);
  if (functionName === undefined) {
    check('*');
    return listFunctions(request, options.registry);
  }
  const registered = findFunction(request, functionName, options, check);
  check(registered.target.arn);
  const perform = OPERATIONS[operation];
  if (perform === undefined)
    throw new LambdaError('NotImplemented', `The local Lambda does not implement ${operation}.`);
  return perform(registered, request, options, route.statementId);
}

/** A caller without permission learns nothing of which functions exist. */
function findFunction(
  request: AwsRequest,
  functionName: string,
  options: LambdaServiceOptions,
  check: (resource: string) => void,
): ReturnType<OperationContext['registry']['get']> {
  try {
    return options.registry.get(functionName, request.url.searchParams.get('Qualifier'));
  } catch (error) {
    check(
      functionName.startsWith('arn:')
        ? functionName
        : `arn:aws:lambda:us-east-1:${LOCAL_ACCOUNT}:function:${functionName}`,
    );
    throw error;
  }
}

function checkAccess(
  principal: Principal,
  operation: string,
  resource: LambdaFunction['arn'],
  authorize: (question: AccessQuestion) => Verdict,
): void {
  const action = `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`;
  if (authorize({ principal, action, resource }) === 'allowed') return;
  throw new LambdaError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
  );
}

function errorAnswer(error: unknown): AwsResponse {
  if (error instanceof QueueFullError) return errorAnswer(new LambdaError('TooManyRequestsException', error.message));
  if (!(error instanceof LambdaError)) throw error;
  const type = error.status >= 500 ? 'Service' : 'User';
  const answer = json(error.status, { Type: type, Message: error.message, message: error.message, ...error.details });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': error.name } };
}
