import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../monitor/destination/destination-failure.ts';
import { toStorageError } from '../../../../storage/errors.ts';
import type { FailureKind } from '../../../../workflow/failure.ts';
import { refusedConnection, s3Error } from '../../../support/memory-s3.ts';
import { REQUEST } from '../builders.ts';

const ABOUT = `RequestId: ${REQUEST} Error: `;

function kindOf(response: unknown, condition = 'RetriesExhausted', statusCode: number | undefined = 200) {
  return failureOf({ condition, statusCode, response });
}

describe('an event whose function answered with an error', () => {
  it.each<readonly [FailureKind, string, string, string]>([
    ['TIMEOUT', 'Sandbox.Timedout', `${ABOUT}Task timed out after 3.00 seconds`, 'Sandbox.Timedout'],
    ['TIMEOUT', '', `2023-01-01T00:00:03.000Z ${REQUEST} Task timed out after 3.00 seconds`, 'Sandbox.Timedout'],
    [
      'OUT_OF_MEMORY',
      'Runtime.OutOfMemory',
      `${ABOUT}Runtime exited with error: signal: killed`,
      'Runtime.OutOfMemory',
    ],
    ['OUT_OF_MEMORY', 'Runtime.ExitError', `${ABOUT}Runtime exited with error: signal: killed`, 'Runtime.ExitError'],
    ['OUT_OF_MEMORY', 'Runtime.ExitError', `${ABOUT}Runtime exited with error: signal: aborted`, 'Runtime.ExitError'],
    ['PROCESS_EXIT', 'Runtime.ExitError', `${ABOUT}Runtime exited with error: exit status 1`, 'Runtime.ExitError'],
    ['PROCESS_EXIT', 'Runtime.ExitError', `${ABOUT}Runtime exited without providing a reason`, 'Runtime.ExitError'],
    ['PROCESS_EXIT', 'Runtime.NodeJsExit', 'a promise that never settles', 'Runtime.NodeJsExit'],
    ['INIT_ERROR', 'Runtime.ImportModuleError', "Error: Cannot find module 'nowhere'", 'Runtime.ImportModuleError'],
    ['INIT_ERROR', 'Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected token', 'Runtime.UserCodeSyntaxError'],
    ['INIT_ERROR', 'Runtime.HandlerNotFound', 'index.handler is undefined', 'Runtime.HandlerNotFound'],
    ['PLATFORM_ERROR', 'Sandbox.Failure', 'a fault of Lambda', 'Sandbox.Failure'],
    ['TYPE_ERROR', 'TypeError', 'x is not a function', 'TypeError'],
    ['TYPE_ERROR', 'AttributeError', "'NoneType' object has no attribute 'get'", 'AttributeError'],
    [
      'ACCESS_DENIED',
      'ClientError',
      'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
      'AccessDenied',
    ],
    ['THROTTLED', 'SlowDown', 'Please reduce your request rate.', 'SlowDown'],
    ['UNHANDLED_ERROR', 'ShopClosedError', 'come back tomorrow', 'ShopClosedError'],
    ['UNHANDLED_ERROR', 'Error', 'Task timed out after 3.00 seconds', 'Error'],
    ['UNHANDLED_ERROR', '', 'something', 'Error'],
    ['UNHANDLED_ERROR', 'constructor', 'something', 'constructor'],
  ])('is %s for %s: %s', (kind, errorType, errorMessage, error) => {
    const found = kindOf({ ...(errorType !== '' && { errorType }), errorMessage, trace: [] });
    expect(found).toMatchObject({ kind, error });
    expect(found.message).not.toContain('RequestId:');
  });

  it.each<readonly [FailureKind, unknown]>([
    ['ACCESS_DENIED', s3Error('AccessDenied', 403)],
    ['INVALID_BUCKET_NAME', s3Error('InvalidBucketName', 400)],
    ['NO_SUCH_BUCKET', s3Error('NoSuchBucket', 404)],
    ['THROTTLED', s3Error('SlowDown', 503)],
    ['STORAGE_UNAVAILABLE', s3Error('Unknown', 503)],
    ['STORAGE_UNAVAILABLE', refusedConnection()],
    ['STORAGE_UNAVAILABLE', Object.assign(new Error('stopped'), { name: 'AbortError' })],
  ])('is %s for an error of our own stores, as the log has it: %o', (kind, thrown) => {
    const { name, message } = toStorageError(thrown, 'could not read a: b in bucket c') as Error;
    expect(kindOf({ errorType: name, errorMessage: message })).toMatchObject({ kind });
  });

  it.each([['"text"'], [[]], [42], [{ message: 'no error' }]])(
    'is an unhandled one when it names none: %j',
    (response) => {
      expect(kindOf(response)).toMatchObject({ kind: 'UNHANDLED_ERROR', error: 'RetriesExhausted' });
    },
  );

  it('counts by its error although the event then was too old to be tried again', () => {
    expect(kindOf({ errorType: 'TypeError', errorMessage: 'x' }, 'EventAgeExceeded')).toMatchObject({
      kind: 'TYPE_ERROR',
    });
  });

  it.each<readonly [FailureKind, string]>([
    ['INIT_ERROR', '    at packageResolve (node:internal/modules/esm/resolve:838:9)'],
    ['UNHANDLED_ERROR', '    at handler (file:///var/task/index.mjs:1:1)'],
    ['UNHANDLED_ERROR', 'node:internal/modules/'],
  ])('is %s for an import that fails at %s', (kind, frame) => {
    const errorMessage =
      "Cannot find package 'nowhere' imported from /var/task/index.mjs\nat (node:internal/modules/x)";
    const trace = [`Error: ${errorMessage}`, frame];
    expect(kindOf({ errorType: 'Error', errorMessage, trace })).toMatchObject({ kind, error: 'Error' });
  });

  it('is cut to what a fact may hold', () => {
    const { error, message } = kindOf({ errorType: 'E'.repeat(5_000), errorMessage: 'm'.repeat(500_000) });
    expect([error.length, message.length]).toEqual([128, 1024]);
  });
});

describe('an event whose function gave no answer', () => {
  it.each<readonly [FailureKind, string, number | undefined]>([
    ['THROTTLED', 'ZeroReservedConcurrency', undefined],
    ['THROTTLED', 'EventAgeExceeded', undefined],
    ['THROTTLED', 'EventAgeExceeded', 429],
    ['THROTTLED', 'RetriesExhausted', 429],
    ['INVOCATION_ERROR', 'RetriesExhausted', 404],
    ['INVOCATION_ERROR', 'RecursiveInvocation', 400],
    ['INVOCATION_ERROR', 'RecursiveInvocation', undefined],
    ['PLATFORM_ERROR', 'RetriesExhausted', 500],
    ['PLATFORM_ERROR', 'RetriesExhausted', undefined],
    ['PLATFORM_ERROR', 'SomethingNew', undefined],
  ])('is %s for %s with status %s', (kind, condition, statusCode) => {
    for (const response of [undefined, null]) {
      const found = failureOf({ condition, statusCode, response });
      expect(found).toMatchObject({ kind, error: condition });
      expect(found.message).toMatch(/^Lambda /);
    }
  });
});
