/** An error in the words of the Lambda API. */
export class LambdaError extends Error {
  override readonly name: LambdaErrorName;
  readonly status: number;
  /** Further fields of the error's JSON body. */
  readonly details: Readonly<Record<string, string>>;

  constructor(name: LambdaErrorName, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = name;
    this.status = STATUS_OF[name];
    this.details = details;
  }
}

const STATUS_OF = {
  AccessDeniedException: 403,
  CodeStorageExceededException: 400,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  NotImplemented: 501,
  PreconditionFailedException: 412,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  ServiceException: 500,
  TooManyRequestsException: 429,
} as const;

export type LambdaErrorName = keyof typeof STATUS_OF;
