/** Which attempt of which step an invocation is. */
export interface Attempt {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
}

interface Known extends Attempt {
  /** Absent while the invocation is only known from Lambda's answer to our own Invoke. */
  readonly streamName?: string;
}

export interface AttributionOptions {
  /** The function behind each step. */
  readonly functionOf: (step: string) => string | undefined;
  /** Request ids kept; the oldest are forgotten, and looked up in the log again when needed. */
  readonly capacity?: number;
}

/**
 * Ties request ids to executions. The first line of an invocation decides, and only in the stream it was written to:
 * what any other stream says of that request id is somebody's text.
 */
export class Attribution {
  readonly #functionOf: (step: string) => string | undefined;
  readonly #capacity: number;
  readonly #known = new Map<string, Known>();

  constructor({ functionOf, capacity = 50_000 }: AttributionOptions) {
    this.#functionOf = functionOf;
    this.#capacity = capacity;
  }

  /** From an invocation's own first line. */
  learnFromLog(requestId: string, attempt: Attempt, streamName: string, functionName: string | undefined): void {
    const known = this.#known.get(requestId);
    if (known?.streamName !== undefined) return;
    if (known !== undefined && !isSame(known, attempt)) return;
    if (functionName !== this.#functionOf(attempt.step)) return;
    this.#keep(requestId, {
      executionId: attempt.executionId,
      step: attempt.step,
      attempt: attempt.attempt,
      streamName,
    });
  }

  /** From Lambda's answer to an Invoke of ours, or the note of it in the state storage. */
  learnFromInvocation(requestId: string, attempt: Attempt): void {
    if (!this.#known.has(requestId)) this.#keep(requestId, attempt);
  }

  /** Whose invocation it is, if this stream may speak for it. */
  find(requestId: string, streamName: string, functionName: string | undefined): Attempt | undefined {
    const known = this.#known.get(requestId);
    if (known === undefined) return undefined;
    const mayspeak =
      known.streamName === undefined ? functionName === this.#functionOf(known.step) : known.streamName === streamName;
    return mayspeak ? known : undefined;
  }

  knows(requestId: string): boolean {
    return this.#known.has(requestId);
  }

  #keep(requestId: string, known: Known): void {
    if (this.#known.size >= this.#capacity) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(requestId, known);
  }
}

function isSame(a: Attempt, b: Attempt): boolean {
  return a.executionId === b.executionId && a.step === b.step && a.attempt === b.attempt;
}
