/** Which attempt of which step an invocation is. */
export interface Attempt {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
}

interface Known {
  readonly attempt: Attempt;
  /** Those that may speak for it; none while it is only known from Lambda's answer to our own Invoke. */
  readonly streams: readonly string[];
}

export interface AttributionOptions {
  /** The function behind each step. */
  readonly functionOf: (step: string) => string | undefined;
  /** Steps whose functions do not print our step lines: there such a line is somebody's text. None unless it is said. */
  readonly unwrappedSteps?: readonly string[];
  /**
   * Those of the unwrapped whose functions print the key of the object that triggered them, and no text of customers
   * (docs/adr/0007-whose-a-line-is.md). None unless it is said.
   */
  readonly stepsThatPrintKeys?: readonly string[];
  /** Request ids kept; the oldest are forgotten, and looked up in the log again when needed. */
  readonly capacity?: number;
}

/** Lambda's own two retries of an event keep its request id and may run elsewhere; and one for an event that came twice. */
const MAX_STREAMS = 4;

/**
 * Ties request ids to executions. The first line of an invocation decides, and only in the stream it was written to: what
 * any other stream says of that request id is somebody's text, unless its own first line names the same attempt.
 */
export class Attribution {
  readonly #functionOf: (step: string) => string | undefined;
  readonly #unwrappedSteps: readonly string[];
  readonly #stepsThatPrintKeys: readonly string[];
  readonly #capacity: number;
  readonly #known = new Map<string, Known>();

  constructor({ functionOf, stepsThatPrintKeys = [], unwrappedSteps = [], capacity = 50_000 }: AttributionOptions) {
    this.#functionOf = functionOf;
    this.#unwrappedSteps = [...unwrappedSteps, ...stepsThatPrintKeys];
    this.#stepsThatPrintKeys = stepsThatPrintKeys;
    this.#capacity = capacity;
  }

  /** From an invocation's own first line. */
  learnFromLog(requestId: string, attempt: Attempt, streamName: string, functionName: string | undefined): void {
    if (functionName !== this.#functionOf(attempt.step) || !this.printsStepLines(functionName)) return;
    const known = this.#known.get(requestId);
    if (known === undefined) {
      const { executionId, step, attempt: n } = attempt;
      this.#keep(requestId, { attempt: { executionId, step, attempt: n }, streams: [streamName] });
      return;
    }
    if (isSameAttempt(known.attempt, attempt)) this.#bind(requestId, known, streamName);
  }

  /** From Lambda's answer to an Invoke of ours, or the note of it in the state storage. */
  learnFromInvocation(requestId: string, attempt: Attempt): void {
    if (!this.#known.has(requestId)) this.#keep(requestId, { attempt, streams: [] });
  }

  /** From the platform's START: of an invocation known by Lambda's answer only, the stream it began in may speak. */
  learnStart(requestId: string, streamName: string, functionName: string | undefined): void {
    const known = this.#known.get(requestId);
    if (known?.streams.length !== 0 || functionName !== this.#functionOf(known.attempt.step)) return;
    this.#bind(requestId, known, streamName);
  }

  /** Whose invocation it is, if this stream may speak for it. */
  find(requestId: string, streamName: string, functionName: string | undefined): Attempt | undefined {
    const known = this.#known.get(requestId);
    if (known === undefined) return undefined;
    const maySpeak =
      known.streams.length === 0
        ? functionName === this.#functionOf(known.attempt.step)
        : known.streams.includes(streamName);
    return maySpeak ? known.attempt : undefined;
  }

  knows(requestId: string): boolean {
    return this.#known.has(requestId);
  }

  /** Whether the function is wrapped, as far as anybody said. */
  printsStepLines(functionName: string | undefined): boolean {
    return !this.#unwrappedSteps.some((step) => this.#functionOf(step) === functionName);
  }

  /** The step whose function this is, if that function prints keys; `undefined` when several share it. */
  stepThatPrintsKeys(functionName: string | undefined): string | undefined {
    if (functionName === undefined) return undefined;
    const steps = this.#stepsThatPrintKeys.filter((step) => this.#functionOf(step) === functionName);
    return steps.length === 1 ? steps[0] : undefined;
  }

  #bind(requestId: string, { attempt, streams }: Known, streamName: string): void {
    if (streams.includes(streamName) || streams.length >= MAX_STREAMS) return;
    this.#known.set(requestId, { attempt, streams: [...streams, streamName] });
  }

  #keep(requestId: string, known: Known): void {
    if (this.#known.size >= this.#capacity) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(requestId, known);
  }
}

export function isSameAttempt(a: Attempt, b: Attempt): boolean {
  return a.executionId === b.executionId && a.step === b.step && a.attempt === b.attempt;
}
