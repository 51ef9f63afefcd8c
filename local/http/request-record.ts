/**
 * One answered call, a line of JSON in the file: what a product costs is counted from them. A call that is tried again
 * by an SDK is several, as on AWS.
 */
export interface RecordedRequest {
  /** When it was answered, milliseconds since the epoch. */
  readonly at: number;
  readonly service: string;
  /** The API's name (`PutObject`); `Refused` when nobody knows who called, or what. */
  readonly operation: string;
  readonly status: number;
  /** Absent for callers that are not known. */
  readonly principalArn?: string;
  /** Path and query as they were sent, percent-encoded: the bucket and the key, the function. `/` for the other services. */
  readonly target: string;
}
