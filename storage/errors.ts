/**
 * What can go wrong with S3, by what the caller must do. A lost race is no error: it is a return value.
 */
export abstract class StorageError extends Error {
  /** S3's or the network's own code: `AccessDenied`, `InvalidBucketName`, `SlowDown`, `ECONNREFUSED`. */
  readonly code: string;
  /** Trying again later may help. */
  abstract readonly retryable: boolean;

  constructor(code: string, what: string, options?: ErrorOptions) {
    super(`${what}: ${code}`, options);
    this.code = code;
  }
}

/** Somebody has to grant a permission. */
export class StorageDeniedError extends StorageError {
  override readonly name = 'StorageDeniedError';
  readonly retryable = false;
}

/** Somebody has to correct a name or a request: no such bucket, an invalid bucket name, an object that is too large. */
export class StorageMisconfiguredError extends StorageError {
  override readonly name = 'StorageMisconfiguredError';
  readonly retryable = false;
}

/** S3 could not be reached, or said that it cannot now. */
export class StorageUnavailableError extends StorageError {
  override readonly name = 'StorageUnavailableError';
  readonly retryable = true;
}

/** An object is there and is not JSON of a size that this system writes: its owner quarantines it. */
export class UnreadableObjectError extends Error {
  override readonly name = 'UnreadableObjectError';
  readonly key: string;

  constructor(key: string, what: string, options?: ErrorOptions) {
    super(`object ${key} ${what}`, options);
    this.key = key;
  }
}

/** Compare-and-set lost too often: more writers than one document can bear. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
  readonly retryable = true;

  constructor(key: string, attempts: number) {
    super(`object ${key} changed under ${attempts} attempts to change it`);
  }
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
  'AbortError',
  // S3's own answer to a request that came too slowly bears status 400.
  'RequestTimeout',
  // Credentials come over the network as well, and expire when nobody answers.
  'CredentialsProviderError',
]);

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly errors?: unknown;
}

/** Turns what the SDK throws into our words; what is no S3 error comes back as it is. */
export function toStorageError(thrown: unknown, what: string): unknown {
  if (typeof thrown !== 'object' || thrown === null) return thrown;
  const error = thrown as ErrorLike;
  const name = typeof error.name === 'string' ? error.name : 'Unknown';
  const connection = connectionCodeOf(error);
  if (connection !== undefined) return new StorageUnavailableError(connection, what, { cause: thrown });
  const status = error.$metadata?.httpStatusCode;
  // The SDK refuses some bucket names by itself, without asking S3.
  if (name === 'InvalidBucketName') return new StorageMisconfiguredError(name, what, { cause: thrown });
  if (status === undefined) return thrown;
  if (status === 403 || status === 401) return new StorageDeniedError(codeOf(name, status), what, { cause: thrown });
  if (status >= 500 || status === 429 || status === 409 || status === 408)
    return new StorageUnavailableError(codeOf(name, status), what, { cause: thrown });
  return new StorageMisconfiguredError(codeOf(name, status), what, { cause: thrown });
}

function connectionCodeOf(error: ErrorLike): string | undefined {
  // Node tries both address families and gathers what came of them.
  const inner = Array.isArray(error.errors) ? (error.errors as readonly (ErrorLike | null | undefined)[]) : [];
  const candidates = [error.code, error.name, ...inner.map((each) => each?.code)];
  return candidates.find(
    (candidate): candidate is string => typeof candidate === 'string' && CONNECTION_CODES.has(candidate),
  );
}

/** A HEAD answer has no body, so its error has no code but its status. */
function codeOf(name: string, status: number): string {
  if (name !== 'Unknown' && name !== 'Error' && !/^\d+$/.test(name)) return name;
  return status === 403 ? 'AccessDenied' : `HTTP ${status}`;
}

const RETRYABLE_BY_NAME: Readonly<Record<string, boolean>> = {
  StorageDeniedError: false,
  StorageMisconfiguredError: false,
  StorageUnavailableError: true,
};

/**
 * What a storage error knew, where only its name and message have come through, as Lambda tells them to a destination.
 * `undefined` for any other error.
 */
export function storageErrorTold(
  name: string,
  message: string,
): { readonly code: string; readonly retryable: boolean } | undefined {
  const retryable = Object.hasOwn(RETRYABLE_BY_NAME, name) ? RETRYABLE_BY_NAME[name] : undefined;
  // The constructor puts the code last; no code has a colon.
  const code = message.split(': ').at(-1);
  return retryable === undefined || code === undefined ? undefined : { code, retryable };
}
