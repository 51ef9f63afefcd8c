/**
 * An error in the words of the SQS API. SQS moved from the query protocol to JSON and says every error in both: clients
 * read the old code from the header `x-amzn-query-error` first, and `__type` when they know no header.
 * Sources: the error shapes in the model of @aws-sdk/client-sqs; for those that it does not model, recorded answers.
 */
export class SqsError extends Error {
  override readonly name = 'SqsError';
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return SHAPES[this.code].status;
  }

  /** The name of the error's shape, with its namespace. */
  get type(): string {
    return SHAPES[this.code].type;
  }
}

const SQS = 'com.amazonaws.sqs#';
const FRONT = 'com.amazon.coral.service#';
const BATCH = 'AWS.SimpleQueueService.';

const SHAPES = {
  AccessDenied: { status: 403, type: `${FRONT}AccessDeniedException` },
  InvalidAttributeValue: { status: 400, type: `${SQS}InvalidAttributeValue` },
  InvalidMessageContents: { status: 400, type: `${SQS}InvalidMessageContents` },
  InvalidParameterValue: { status: 400, type: `${FRONT}InvalidParameterValueException` },
  MalformedInput: { status: 400, type: `${FRONT}SerializationException` },
  MissingParameter: { status: 400, type: `${FRONT}MissingRequiredParameterException` },
  /** Not of SQS: the local one does not do what was asked. */
  NotImplemented: { status: 501, type: 'NotImplemented' },
  OverLimit: { status: 403, type: `${SQS}OverLimit` },
  ReceiptHandleIsInvalid: { status: 404, type: `${SQS}ReceiptHandleIsInvalid` },
  RequestThrottled: { status: 403, type: `${SQS}RequestThrottled` },
  [`${BATCH}BatchEntryIdsNotDistinct`]: { status: 400, type: `${SQS}BatchEntryIdsNotDistinct` },
  [`${BATCH}EmptyBatchRequest`]: { status: 400, type: `${SQS}EmptyBatchRequest` },
  [`${BATCH}InvalidBatchEntryId`]: { status: 400, type: `${SQS}InvalidBatchEntryId` },
  [`${BATCH}NonExistentQueue`]: { status: 400, type: `${SQS}QueueDoesNotExist` },
  [`${BATCH}TooManyEntriesInBatchRequest`]: { status: 400, type: `${SQS}TooManyEntriesInBatchRequest` },
} as const;

export type SqsErrorCode = keyof typeof SHAPES;
