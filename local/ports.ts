/**
 * What the services of the local AWS know of each other. Nothing here knows of orders: `local/` is AWS.
 */

/** An IAM policy document as CloudFormation and PutBucketPolicy carry it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Who makes a call, found by the access key id of its signature. */
export interface Principal {
  /** The role's ARN (`arn:aws:iam::{account}:role/{name}`), or the account root's. */
  readonly arn: string;
  /** The identity policies. The account root has none and may do everything. */
  readonly policies: readonly PolicyDocument[];
  readonly isRoot: boolean;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** One call as the HTTP front hands it to a service: authenticated, body read and bounded. */
export interface AwsRequest {
  readonly method: string;
  /** The path is still percent-encoded. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: Principal;
  readonly requestId: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** The API's name of what was asked (`PutObject`), for counting; a call without one is counted as `Unnamed`. */
  readonly operation?: string;
  /** The call was carried out and its answer is lost: the front cuts the connection instead of answering. */
  readonly answerLost?: true;
}

/** A service takes the calls whose signature names it (`…/{region}/{service}/aws4_request`). */
export interface Service {
  readonly name: 's3' | 'lambda' | 'logs' | 'cloudformation' | 'sqs';
  respond(request: AwsRequest): Promise<AwsResponse>;
}

/** Where S3 delivers its notifications: Lambda's asynchronous queue. */
export interface EventTarget {
  /** Resolves once the event is in the durable queue. The id is the request id that every attempt of it will bear. */
  enqueue(functionArn: string, payload: unknown): Promise<string>;
}

/** Where Lambda writes what functions and the platform print. */
export interface LogSink {
  append(groupName: string, streamName: string, events: readonly LogLine[]): void;
}

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Issues and recognises credentials. */
export interface Identities {
  putRole(role: { readonly arn: string; readonly policies: readonly PolicyDocument[] }): void;
  /** Short-lived keys of a role, as Lambda hands them to a sandbox. */
  issue(roleArn: string): Credentials;
  principalOf(accessKeyId: string): Principal | undefined;
  /** For a service that acts in a role's name without a call. */
  principalOfRole(roleArn: string): Principal | undefined;
}

export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';
