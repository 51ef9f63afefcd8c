/** An error that the caller reads by its name, in the shape of the AWS JSON 1.1 protocol. */
export class LogsError extends Error {
  override readonly name: LogsErrorName;
  readonly status: number;

  constructor(name: LogsErrorName, message: string) {
    super(message);
    this.name = name;
    this.status = name === 'NotImplemented' ? 501 : name === 'ServiceUnavailableException' ? 503 : 400;
  }
}

export type LogsErrorName =
  | 'AccessDeniedException'
  | 'InvalidParameterException'
  | 'NotImplemented'
  | 'ResourceAlreadyExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ServiceUnavailableException'
  | 'ThrottlingException';
