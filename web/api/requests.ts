/** What the API says when it refuses: an RFC 9457 problem, or that nobody answered. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** 0: there was no answer. */
  readonly status: number;

  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
  }
}

/** Longer than the coordinator gives S3. */
const TIMEOUT_MS = 20_000;

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Asks our own coordinator; there is nobody else to ask.
 * @throws RequestError
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  const answer = await readJson(response);
  if (response.ok) return answer as T;
  const { detail } = (answer ?? {}) as { readonly detail?: unknown };
  throw new RequestError(
    response.status,
    typeof detail === 'string' ? detail : `The coordinator answered with status ${response.status}.`,
  );
}

async function send(path: string, { method = 'GET', body, headers, signal }: RequestOptions): Promise<Response> {
  const tooLate = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      signal: signal === undefined ? tooLate : AbortSignal.any([signal, tooLate]),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new RequestError(0, 'The coordinator does not answer.', { cause: error });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // Cut short, or from a proxy in between: the status says the rest.
    return undefined;
  }
}
