export class LogGroupMissingError extends Error {
  override readonly name = 'LogGroupMissingError';

  constructor(logGroup: string, options?: ErrorOptions) {
    super(`log group ${logGroup} does not exist`, options);
  }
}

/** A token is good for 24 hours, and for the query that it was given to. */
export class PageTokenInvalidError extends Error {
  override readonly name = 'PageTokenInvalidError';

  constructor(logGroup: string, options?: ErrorOptions) {
    super(`log group ${logGroup} does not take its own page token any more`, options);
  }
}
