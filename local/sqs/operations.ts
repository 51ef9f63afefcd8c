import type { AwsRequest, AwsResponse } from '../ports.ts';
import { LOCAL_ACCOUNT } from '../ports.ts';
import { admit, type Admission } from './admit.ts';
import { changeMessageVisibility } from './change-message-visibility.ts';
import { deleteMessage, deleteMessageBatch } from './delete-message.ts';
import type { LongPolls, SqsClock } from './long-polls.ts';
import { optionalString, parametersIn, refuseOthers, requiredString, type Parameters } from './parameters.ts';
import { queueNameInUrl, queueUrlOf } from './queue-address.ts';
import { getQueueAttributes } from './queue-attributes.ts';
import type { QueueStore } from './queue-store.ts';
import type { Queue } from './queue.ts';
import { receiveMessage } from './receive-message.ts';
import { sendMessage } from './send-message.ts';
import { SqsError } from './sqs-error.ts';

export interface OperationContext {
  readonly admission: Admission;
  readonly store: QueueStore;
  readonly polls: LongPolls;
  readonly clock: SqsClock;
}

interface Call {
  readonly queue: Queue;
  readonly parameters: Parameters;
  readonly endpoint: string;
}

type Operation = (call: Call, context: OperationContext) => object | Promise<object>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: ({ queue, parameters }, { store }) => sendMessage(queue, parameters, store),
  ReceiveMessage: ({ queue, parameters }, context) => receiveMessage(queue, parameters, context),
  DeleteMessage: ({ queue, parameters }, { store }) => deleteMessage(queue, parameters, store),
  DeleteMessageBatch: ({ queue, parameters }, { store }) => deleteMessageBatch(queue, parameters, store),
  ChangeMessageVisibility: ({ queue, parameters }, { store }) => changeMessageVisibility(queue, parameters, store),
  GetQueueAttributes({ queue, parameters }, { store, clock }) {
    store.expire(queue);
    return getQueueAttributes(queue, parameters, clock.now());
  },
  GetQueueUrl({ queue, parameters, endpoint }) {
    refuseOthers(parameters, ['QueueName', 'QueueOwnerAWSAccountId']);
    return { QueueUrl: queueUrlOf(endpoint, queue.configuration.name) };
  },
};

/** Operations that another permission covers. */
const ACTIONS: Readonly<Record<string, string>> = { DeleteMessageBatch: 'DeleteMessage' };

/** Carries out what `X-Amz-Target` names; whatever SQS refuses is an answer. */
export async function respond(request: AwsRequest, context: OperationContext): Promise<AwsResponse> {
  const name = (request.headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
  const operation = name || 'Unnamed';
  try {
    return { ...answer(200, await perform(name, request, context)), operation };
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return { ...refusal(error), operation };
  }
}

async function perform(name: string, request: AwsRequest, context: OperationContext): Promise<object> {
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (operation === undefined) {
    throw new SqsError('NotImplemented', `The local SQS does not implement ${name || 'a call without X-Amz-Target'}.`);
  }
  const parameters = parametersIn(request.body);
  const queueName = name === 'GetQueueUrl' ? ownNameIn(parameters) : nameInUrlOf(parameters);
  const queue = admit(request.principal, ACTIONS[name] ?? name, queueName, context.admission);
  return operation({ queue, parameters, endpoint: request.url.origin }, context);
}

/** A call without a URL is answered as one for a queue that does not exist. */
function nameInUrlOf(parameters: Parameters): string | undefined {
  return queueNameInUrl(optionalString(parameters, 'QueueUrl') ?? '');
}

function ownNameIn(parameters: Parameters): string | undefined {
  const name = requiredString(parameters, 'QueueName');
  const owner = optionalString(parameters, 'QueueOwnerAWSAccountId') ?? LOCAL_ACCOUNT;
  return owner === LOCAL_ACCOUNT ? name : undefined;
}

function refusal(error: SqsError): AwsResponse {
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  const body = { __type: error.type, message: error.message };
  return answer(error.status, body, { 'x-amzn-query-error': `${error.code};${fault}` });
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): AwsResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...headers }, body: JSON.stringify(body) };
}
