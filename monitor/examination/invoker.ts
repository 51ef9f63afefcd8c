import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import { stepNamed, triggerOf, type WorkflowDefinition } from '../../workflow/definition.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { Failure } from '../../workflow/failure.ts';
import { orderKey, stepRecordKey } from '../../workflow/keys.ts';
import { rebuildTriggerEvent } from '../../workflow/trigger-event.ts';
import type { Clock } from '../../platform/clock.ts';

export interface InvokerOptions {
  readonly client: LambdaClient;
  readonly store: ExecutionStore;
  readonly definition: WorkflowDefinition;
  readonly functionOf: (step: string) => string | undefined;
  readonly clock: Clock;
}

export type Invocation = { readonly requestId: string } | { readonly failure: Failure };

/** Lambda refuses for the moment: the event may be sent again. Everything else it refuses for good. */
const TRANSIENT_REFUSALS = new Set([
  'TooManyRequestsException',
  'ServiceException',
  'ResourceConflictException',
  'ResourceNotReadyException',
  'EC2ThrottledException',
  'ThrottlingException',
  'TimeoutError',
]);

/** Sends a step's trigger to its function again, as S3 worded it, with the number of the attempt. */
export class Invoker {
  readonly #options: InvokerOptions;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /**
   * Asynchronously: Lambda's answer says that it took the event, and under which request id.
   * @throws what kept Lambda from answering, or from knowing who asks: that says nothing of the function, and costs no attempt.
   */
  async invoke(execution: Execution, step: string, attempt: number): Promise<Invocation> {
    const { client, functionOf } = this.#options;
    const payload = rebuildTriggerEvent({ ...this.#trigger(execution, step), attempt });
    try {
      const answer = await client.send(
        new InvokeCommand({
          FunctionName: functionOf(step),
          InvocationType: 'Event',
          Payload: JSON.stringify(payload),
        }),
      );
      return { requestId: answer.$metadata.requestId ?? 'unknown' };
    } catch (error) {
      if (isOurOwn(error)) throw error;
      return { failure: this.#toFailure(error, attempt) };
    }
  }

  #trigger(execution: Execution, step: string) {
    const { store, definition } = this.#options;
    const { executionId } = execution;
    const triggeredAt = execution.steps.find((state) => state.name === step)?.triggeredAt;
    if (triggeredAt === undefined)
      throw new Error(`step ${step} of execution ${executionId} has no trigger, so it cannot be invoked`);
    const trigger = triggerOf(stepNamed(definition, step));
    return trigger.kind === 'order'
      ? { executionId, triggeredAt, bucket: store.appStore.bucket, key: orderKey(executionId) }
      : { executionId, triggeredAt, bucket: store.stateStorage.bucket, key: stepRecordKey(executionId, trigger.step) };
  }

  #toFailure(error: unknown, attempt: number): Failure {
    const name = error instanceof Error ? error.name : 'Error';
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    const isTransient = TRANSIENT_REFUSALS.has(name) || (status ?? 0) >= 500;
    return {
      kind: isTransient ? 'THROTTLED' : 'INVOCATION_ERROR',
      error: name.slice(0, 128),
      message: `Lambda did not take the event: ${error instanceof Error ? error.message : String(error)}`.slice(
        0,
        1024,
      ),
      signal: 'invocation',
      attempt,
      detectedAt: this.#options.clock.now(),
    };
  }
}

const OUR_OWN = new Set([
  'CredentialsProviderError',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
]);

function isOurOwn(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === undefined || OUR_OWN.has(name);
}
