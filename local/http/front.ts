import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AwsRequest, AwsResponse, Identities, Principal, Service } from '../ports.ts';
import { admit } from './admission.ts';
import { errorAnswer } from './error-answers.ts';
import { readCall } from './read-call.ts';
import type { RecordedRequest } from './request-record.ts';

export interface HttpFrontOptions {
  readonly services: readonly Service[];
  readonly identities: Identities;
  /** 0 or absent: any free port. The address is always 127.0.0.1. */
  readonly port?: number;
  /** Called with what a service threw; the caller has been answered 500. Absent: the error ends the process. */
  readonly onFault?: (error: unknown) => void;
  /** Told of every call when its answer is known, those that are refused included. */
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface HttpFront {
  readonly url: string;
  /** Stops listening, closes idle connections, and lets the calls under way finish within 5 seconds. */
  close(): Promise<void>;
}

/**
 * One port for every service, as the SDKs' single `endpoint` setting wants it: the signature's scope says which service
 * is meant. Signatures are not verified, only the access key id is looked up (see `sigv4.ts`).
 */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const front = new Front(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    front.answer(request, response, false);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    front.answer(request, response, true);
  });
  server.on('clientError', (_error, socket) => (socket as Socket).destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  front.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: front.origin,
    close: () =>
      new Promise((resolve, reject) => {
        front.isClosing = true;
        const cut = setTimeout(() => server.closeAllConnections(), MOST_CLOSING_MS);
        server.close((error) => {
          clearTimeout(cut);
          if (error) reject(error);
          else resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Calls under way get this long to end before their connections are cut. */
const MOST_CLOSING_MS = 5_000;

class Front {
  origin = '';
  isClosing = false;
  readonly #options: HttpFrontOptions;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #onFault: (error: unknown) => void;
  readonly #nextS3RequestId = s3RequestIds();

  constructor(options: HttpFrontOptions) {
    this.#options = options;
    this.#services = new Map<string, Service>(options.services.map((service) => [service.name, service]));
    this.#onFault = options.onFault ?? endProcess;
  }

  answer(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const admission = admit(request, this.#services, this.#options.identities);
    const { serviceName } = admission;
    const requestId = serviceName === 's3' ? this.#nextS3RequestId() : randomUUID();
    if (admission.kind === 'refused') {
      const refusal = errorAnswer(serviceName, admission.error, requestId, admission.detail);
      this.#record(request, { service: serviceName, operation: 'Refused', status: refusal.status });
      // A body that was announced and not sent would be taken for the next call.
      this.#write(response, serviceName, requestId, refusal, awaitsContinue);
      request.resume();
      return;
    }
    if (awaitsContinue) response.writeContinue();
    this.#serve(request, response, admission.service, admission.principal, requestId).catch(this.#onFault);
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    service: Service,
    principal: Principal,
    requestId: string,
  ): Promise<void> {
    const read = await readCall(request, this.origin, principal, requestId);
    if (read.kind === 'aborted') return;
    const answer =
      read.kind === 'refused'
        ? { ...errorAnswer(service.name, read.error, requestId, read.detail), operation: 'Refused' }
        : await respond(service, read.call, this.#onFault);
    const operation = answer.operation ?? 'Unnamed';
    const { status } = answer;
    this.#record(request, { service: service.name, operation, status, principalArn: principal.arn });
    if (answer.answerLost) request.socket.destroy();
    else this.#write(response, service.name, requestId, answer, false);
    // A body that was too large is read away: closing now could reach the caller before the answer does.
    if (read.kind === 'refused') request.resume();
  }

  #record({ url }: IncomingMessage, answered: Omit<RecordedRequest, 'at' | 'target'>): void {
    this.#options.onRequest?.({ at: Date.now(), ...answered, target: url ?? '/' });
  }

  #write(response: ServerResponse, service: string, requestId: string, answer: AwsResponse, isLast: boolean): void {
    const headers: Record<string, string | number> = { ...answer.headers };
    headers[service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid'] = requestId;
    if (isLast || this.isClosing) headers['connection'] = 'close';
    const { body, status } = answer;
    const mayHaveBody = status >= 200 && status !== 204 && status !== 304;
    if (mayHaveBody && headers['content-length'] === undefined) {
      headers['content-length'] = body === undefined ? 0 : Buffer.byteLength(body);
    }
    response.writeHead(status, headers);
    response.end(mayHaveBody ? body : undefined);
  }
}

/** Longer than the SDKs' agents keep an idle connection, so that no call meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 65_000;

async function respond(service: Service, call: AwsRequest, onFault: (error: unknown) => void): Promise<AwsResponse> {
  try {
    return await service.respond(call);
  } catch (error) {
    onFault(error);
    return errorAnswer(service.name, 'internal', call.requestId);
  }
}

/** Sixteen characters of upper case, as S3's own; other services use UUIDs. */
function s3RequestIds(): () => string {
  const start = randomBytes(5).readUIntBE(0, 5);
  let count = 0;
  return () => (start * 4096 + count++).toString(36).toUpperCase().padStart(16, 'Q');
}

function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
