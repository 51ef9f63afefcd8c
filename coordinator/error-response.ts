import { randomUUID } from 'node:crypto';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from '../platform/logger.ts';
import {
  ContentionError,
  StorageDeniedError,
  StorageMisconfiguredError,
  StorageUnavailableError,
} from '../storage/errors.ts';
import { problem, ProblemError, problemResponse } from './problem.ts';
import { SubmissionUncertainError } from './submit-order.ts';

/** S3 asks to slow down for seconds, not minutes; a closed port is back as soon. */
const RETRY_AFTER = { 'retry-after': '2' };

/** Turns whatever a route throws into a problem. What nobody foresaw is a 500 with an id that stands in the log as well. */
export function answerErrors(logger: Logger): ErrorHandler {
  return (error, context) => {
    if (error instanceof ProblemError) return problemResponse(error.problem, error.headers);
    if (error instanceof HTTPException) return answerHttpException(error);
    return answerStorageError(error, context, logger) ?? answerUnexpected(error, context, logger);
  };
}

/** The framework's own refusals: a body that is no JSON, and a content type that no route takes. */
function answerHttpException(error: HTTPException): Response {
  if (error.status === 415) {
    return problemResponse(
      problem('unsupported-media-type', 'Send the body with the header Content-Type: application/json.'),
    );
  }
  if (error.status === 400) return problemResponse(problem('malformed-json', 'The body could not be parsed as JSON.'));
  return problemResponse({
    type: 'about:blank',
    title: 'The request failed',
    status: error.status,
    detail: error.message,
  });
}

function answerStorageError(error: Error, context: Context, logger: Logger): Response | undefined {
  const { method, path } = context.req;
  if (error instanceof SubmissionUncertainError) {
    logger.warn('An order may have been taken or not', { method, path, executionId: error.executionId, error });
    const detail =
      `The storage did not answer, so it is not known whether the order was taken. If it was, it is ` +
      `/orders/${error.executionId}. Orders with an Idempotency-Key can be repeated without being taken twice.`;
    return problemResponse(problem('storage-unavailable', detail, { orderId: error.executionId }), RETRY_AFTER);
  }
  if (error instanceof StorageUnavailableError || error instanceof ContentionError) {
    logger.warn('The storage is unavailable', { method, path, error });
    return problemResponse(problem('storage-unavailable', `${error.message}. Try again later.`), RETRY_AFTER);
  }
  if (error instanceof StorageDeniedError) {
    logger.error('The storage denies access', { method, path, error });
    return problemResponse(problem('storage-denied', `${error.message}. The coordinator lacks this permission.`));
  }
  if (error instanceof StorageMisconfiguredError) {
    logger.error('The storage refuses a request', { method, path, error });
    return problemResponse(problem('storage-misconfigured', `${error.message}.`));
  }
  return undefined;
}

function answerUnexpected(error: Error, context: Context, logger: Logger): Response {
  const instance = `urn:uuid:${randomUUID()}`;
  const { method, path } = context.req;
  logger.error('A request failed unexpectedly', { method, path, instance, error });
  return problemResponse(
    problem('internal-error', `The log of the coordinator has more at ${instance}.`, { instance }),
  );
}
