import type { AwsRequest, AwsResponse } from '../ports.ts';
import type { RegisteredFunction } from './function-registry.ts';
import { LambdaError } from './lambda-error.ts';
import { SandboxDisposedError } from './sandbox.ts';

const MAX_SYNC_BYTES = 6 * 1024 * 1024;
const MAX_EVENT_BYTES = 1024 * 1024;

/**
 * Invoke: the request's own id is the invocation's id, so that what the caller reads from `x-amzn-requestid` is what the
 * function's log says.
 */
export async function invoke(
  request: AwsRequest,
  { target, pool }: RegisteredFunction,
  enqueue: (requestId: string, payload: string) => void,
): Promise<AwsResponse> {
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (request.headers['x-amz-client-context'] !== undefined) {
    throw new LambdaError('NotImplemented', 'The local Lambda does not implement ClientContext of Invoke.');
  }
  const payload = payloadIn(request.body, type === 'Event' ? MAX_EVENT_BYTES : MAX_SYNC_BYTES);
  switch (type) {
    case 'DryRun':
      return { status: 204 };
    case 'Event':
      enqueue(request.requestId, payload);
      return { status: 202 };
    case 'RequestResponse':
      break;
    default:
      throw new LambdaError(
        'InvalidParameterValueException',
        `InvocationType is ${type}; it must be RequestResponse, Event or DryRun.`,
      );
  }
  if (!pool.hasCapacity) throw throttled(target.reservedConcurrency !== undefined);
  const result = await pool.admit({ requestId: request.requestId, payload }).catch((error: unknown) => {
    if (!(error instanceof SandboxDisposedError)) throw error;
    throw new LambdaError('ServiceException', error.message);
  });
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(result.functionError === undefined ? {} : { 'x-amz-function-error': result.functionError }),
      ...(request.headers['x-amz-log-type'] === 'Tail'
        ? { 'x-amz-log-result': Buffer.from(result.logTail).toString('base64') }
        : {}),
    },
    body: result.payload,
  };
}

function throttled(isReserved: boolean): LambdaError {
  return new LambdaError('TooManyRequestsException', 'Rate Exceeded.', {
    Reason: isReserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded',
  });
}

/** An absent payload is an empty event. */
function payloadIn(body: Buffer, maxBytes: number): string {
  if (body.length > maxBytes) {
    throw new LambdaError(
      'RequestTooLargeException',
      `${String(body.length)} byte payload is too large for this invocation type (limit ${String(maxBytes)} bytes)`,
    );
  }
  const text = body.length === 0 ? '{}' : body.toString();
  try {
    JSON.parse(text);
  } catch (error) {
    throw new LambdaError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return text;
}
