import { setTimeout as pause } from 'node:timers/promises';
import { readOrderDocument, type OrderDocument } from './order-document.ts';

export interface OrderRequest {
  readonly itemId: string;
  readonly quantity: number;
  readonly paymentMethod: string;
}

export interface NewItem {
  readonly itemId: string;
  readonly name: string;
  readonly price: number;
  readonly currency: string;
  readonly units: number;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly body: unknown;
}

export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(what: string, { status, body }: Answer) {
    super(`${what} was answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  }
}

const REQUEST_TIMEOUT_MS = 10_000;
/** Long enough for a coordinator that is started again, in an account too; a request that hangs is tried three times. */
const PATIENCE_MS = 30_000;
const RETRY_PAUSE_MS = 100;

/** The coordinator's HTTP API, as any client uses it. A coordinator that is away for a moment is waited for. */
export class OrdersApi {
  readonly url: string;
  readonly #signal: AbortSignal;

  /**
   * Once the signal is aborted, nothing is asked any more. What may change something is answered first, or given its time:
   * given up, it would be done all the same, and perhaps after what this run has put was taken away again.
   */
  constructor(url: string, signal: AbortSignal) {
    this.url = url;
    this.#signal = signal;
  }

  async putItem({ itemId, ...item }: NewItem): Promise<void> {
    const answer = await this.request('PUT', `/items/${itemId}`, JSON.stringify(item));
    if (answer.status >= 300) throw new UnexpectedAnswerError(`PUT /items/${itemId}`, answer);
  }

  async items(): Promise<unknown> {
    const answer = await this.request('GET', '/items');
    if (answer.status !== 200) throw new UnexpectedAnswerError('GET /items', answer);
    return answer.body;
  }

  /** With a key the request is repeated safely; the answer is the new execution's id. */
  async submit(order: OrderRequest, idempotencyKey: string): Promise<string> {
    const answer = await this.request('POST', '/orders', JSON.stringify(order), { 'idempotency-key': idempotencyKey });
    if (answer.status !== 202 && answer.status !== 200) throw new UnexpectedAnswerError('POST /orders', answer);
    const executionId = answer.location?.split('/').at(-1);
    if (executionId === undefined) throw new UnexpectedAnswerError('POST /orders without a Location', answer);
    return executionId;
  }

  async read(executionId: string): Promise<OrderDocument> {
    const answer = await this.request('GET', `/orders/${executionId}`);
    if (answer.status !== 200) throw new UnexpectedAnswerError(`GET /orders/${executionId}`, answer);
    return readOrderDocument(answer.body);
  }

  /** Asks for recovery to be tried now. Repeated, it is the same request until a try has answered it. */
  async requestRecovery(executionId: string): Promise<void> {
    const path = `/orders/${executionId}/recovery`;
    const answer = await this.request('POST', path);
    if (answer.status !== 202) throw new UnexpectedAnswerError(`POST ${path}`, answer);
  }

  /** One request; any answer is one. Connections that fail and answers of 503 are tried again. */
  async request(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const answer = await this.requestOnce(method, path, body, headers);
        if (answer.status !== 503 || Date.now() > until) return answer;
      } catch (error) {
        this.#signal.throwIfAborted();
        if (Date.now() > until)
          throw new Error(`${method} ${this.url}${path} got no answer within ${PATIENCE_MS / 1000} s`, {
            cause: error,
          });
      }
      await pause(RETRY_PAUSE_MS);
    }
  }

  /** One try of one request; any answer is one. @throws whatever fetch does. */
  async requestOnce(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    this.#signal.throwIfAborted();
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      signal: method === 'GET' ? AbortSignal.any([this.#signal, timeout]) : timeout,
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      location: response.headers.get('location') ?? undefined,
      body: parse(text),
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: whoever looks at it sees what came.
    return text;
  }
}
