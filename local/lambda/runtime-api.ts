import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a runtime is handed with an invocation. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** JSON */
  readonly payload: string;
  readonly functionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadlineAt: number;
  readonly traceId: string;
}

/** The side of one sandbox process that its runtime talks to. */
export interface RuntimeSession {
  /** The runtime is ready; resolves when there is something to do. */
  next(loggedBytes: number): Promise<RuntimeInvocation>;
  /** Answers whether the request id is the one under way. */
  takeResponse(requestId: string, payload: string): boolean;
  takeError(requestId: string, payload: string): boolean;
  takeInitError(payload: string): void;
  takeTooLargeResponse(requestId: string, bytes: number): void;
}

/** AWS's limit for a buffered response. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

const ROUTE = /^\/([\w-]+)\/2018-06-01\/runtime\/(?:(init\/error)|invocation\/(?:(next)|([\w-]+)\/(response|error)))$/;

/**
 * The Lambda Runtime API on loopback: one server for all sandboxes, each under a path of its own, which works because
 * clients put the API's path behind whatever AWS_LAMBDA_RUNTIME_API says.
 */
export class RuntimeApi {
  readonly #sessions = new Map<string, RuntimeSession>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    // A runtime waits for its next invocation for as long as it lives, so no timeout may end the request.
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, noDelay: true });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#route(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** The value of AWS_LAMBDA_RUNTIME_API. */
  register(id: string, session: RuntimeSession): string {
    this.#sessions.set(id, session);
    return `127.0.0.1:${String(this.#port)}/${id}`;
  }

  unregister(id: string): void {
    this.#sessions.delete(id);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id, initError, next, requestId, verb] = ROUTE.exec(request.url ?? '') ?? [];
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined)
      return answer(response, 404, { errorType: 'NotFound', errorMessage: 'no such sandbox or path' });
    if (next !== undefined && request.method === 'GET') {
      const invocation = await session.next(Number(request.headers['x-logged-bytes'] ?? 0));
      return answerInvocation(response, invocation);
    }
    if (request.method !== 'POST')
      return answer(response, 405, { errorType: 'MethodNotAllowed', errorMessage: 'POST only' });
    const body = await readBody(request);
    if (initError !== undefined) session.takeInitError(body.text);
    else if (requestId === undefined)
      return answer(response, 404, { errorType: 'NotFound', errorMessage: 'no such path' });
    else if (body.isTooLarge) {
      session.takeTooLargeResponse(requestId, body.bytes);
      return answer(response, 413, {
        errorType: 'RequestEntityTooLarge',
        errorMessage: 'Exceeded maximum allowed payload size',
      });
    } else if (
      !(verb === 'response' ? session.takeResponse(requestId, body.text) : session.takeError(requestId, body.text))
    ) {
      return answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    }
    return answer(response, 202, { status: 'OK' });
  }
}

function answer(response: ServerResponse, status: number, content: object): void {
  const body = JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function answerInvocation(response: ServerResponse, invocation: RuntimeInvocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(invocation.payload),
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineAt),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  });
  response.end(invocation.payload);
}

/** What is beyond the limit is counted and thrown away. */
function readBody(
  request: IncomingMessage,
): Promise<{ readonly text: string; readonly bytes: number; readonly isTooLarge: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      resolve({ text: Buffer.concat(chunks).toString(), bytes, isTooLarge: bytes > MAX_RESPONSE_BYTES });
    });
    request.on('error', reject);
  });
}
