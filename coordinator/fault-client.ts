import { problem, ProblemError } from './problem.ts';
import { faultsSchema, type FaultsRepresentation } from './schemas/faults.ts';

export interface FaultClientOptions {
  /** Of the service that breaks the stack on request. */
  readonly url: string;
  readonly token: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** A fault is in force or out within seconds on a laptop; the service itself gives up after a minute. */
const TIMEOUT_MS = 90_000;

/**
 * Asks the fault service, which has rights that the coordinator must not have. There is one only where somebody has said so
 * in the environment, and the stack never does.
 */
export class FaultClient {
  readonly #options: FaultClientOptions;

  constructor(options: FaultClientOptions) {
    this.#options = options;
  }

  status(): Promise<FaultsRepresentation> {
    return this.#send('GET', '/faults');
  }

  putIn(name: string): Promise<FaultsRepresentation> {
    return this.#send('PUT', `/faults/${name}`);
  }

  takeOut(): Promise<FaultsRepresentation> {
    return this.#send('DELETE', '/faults');
  }

  /** @throws ProblemError */
  async #send(method: string, path: string): Promise<FaultsRepresentation> {
    const response = await this.#ask(method, path);
    const answer: unknown = await response.json().catch(() => undefined);
    const faults = faultsSchema.safeParse(answer);
    if (response.ok && faults.success) return faults.data;
    const { detail } = (answer ?? {}) as { readonly detail?: unknown };
    const reason = typeof detail === 'string' ? detail : `The fault service answered with status ${response.status}.`;
    if (response.status === 404) throw new ProblemError(problem('no-such-fault', reason));
    if (response.status === 409) throw new ProblemError(problem('fault-under-way', reason), { 'retry-after': '2' });
    throw new ProblemError(problem('faults-unavailable', reason));
  }

  async #ask(method: string, path: string): Promise<Response> {
    const { url, token, fetch = globalThis.fetch } = this.#options;
    try {
      return await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      // Refused, cut off or too slow: to whoever asks it is one thing.
      const detail = 'The fault service does not answer. It is started with the rest, and takes some seconds.';
      throw new ProblemError(problem('faults-unavailable', detail), { 'retry-after': '2' });
    }
  }
}
