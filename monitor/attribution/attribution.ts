import { RecentMap } from '../../platform/recent-map.ts';
import type { StepStarted } from '../../workflow/step-log.ts';
import { compare, type Place } from './invocation-boundaries.ts';
import { functionOfStream } from '../classifier/log-event.ts';

/** Which attempt of which step an invocation is. */
export interface Attempt {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
}

/** By what a request is tied to an execution, in one stream. */
export type Tie =
  /** The invocation's own first line, which stands in the stream that it names: nobody else can have written it. */
  | { readonly kind: 'first-line'; readonly attempt: Attempt; readonly firstLineAt: Place }
  /** Lambda's answer to our own Invoke, which names no stream: where it ran, only the platform's lines say. */
  | { readonly kind: 'answer'; readonly attempt: Attempt };

interface Known {
  readonly attempt: Attempt;
  /** Streams with a first line of it, and where; none while it is only known from Lambda's answer. */
  readonly firstLines: ReadonlyMap<string, Place>;
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
  /** Request ids kept; what is forgotten is looked up in the log again when needed. */
  readonly capacity?: number;
}

/** Lambda's own two retries of an event keep its request id and may run elsewhere; and one for an event that came twice. */
const MAX_STREAMS = 4;

/**
 * Ties request ids to executions. The first line of an invocation decides, and only for the stream that it names and stands
 * in. Another stream may speak for the request once it has such a line of its own that names the same attempt.
 */
export class Attribution {
  readonly #functionOf: (step: string) => string | undefined;
  readonly #unwrappedSteps: readonly string[];
  readonly #stepsThatPrintKeys: readonly string[];
  readonly #known: RecentMap<string, Known>;

  constructor({ functionOf, stepsThatPrintKeys = [], unwrappedSteps = [], capacity = 50_000 }: AttributionOptions) {
    this.#functionOf = functionOf;
    this.#unwrappedSteps = [...unwrappedSteps, ...stepsThatPrintKeys];
    this.#stepsThatPrintKeys = stepsThatPrintKeys;
    this.#known = new RecentMap(capacity);
  }

  /** From a line that looks like an invocation's own first one. */
  learnFromLog({ executionId, step, attempt, requestId, logStream }: StepStarted, streamName: string, at: Place): void {
    const functionName = functionOfStream(streamName);
    if (logStream !== streamName || functionName !== this.#functionOf(step)) return;
    if (!this.printsStepLines(functionName)) return;
    const known: Known = this.#known.get(requestId) ?? {
      attempt: { executionId, step, attempt },
      firstLines: new Map<string, Place>(),
    };
    if (!isSameAttempt(known.attempt, { executionId, step, attempt })) return;
    const before = known.firstLines.get(streamName);
    if (before === undefined ? known.firstLines.size >= MAX_STREAMS : compare(before, at) <= 0) return;
    this.#known.set(requestId, { ...known, firstLines: new Map(known.firstLines).set(streamName, at) });
  }

  /** From Lambda's answer to an Invoke of ours, or the note of it in the state storage. */
  learnFromInvocation(requestId: string, attempt: Attempt): void {
    if (!this.knows(requestId)) this.#known.set(requestId, { attempt, firstLines: new Map() });
  }

  /** What ties the request to an execution, as far as this stream may speak of it. */
  find(requestId: string, streamName: string): Tie | undefined {
    const known = this.#known.get(requestId);
    if (known === undefined) return undefined;
    const { attempt, firstLines } = known;
    const firstLineAt = firstLines.get(streamName);
    if (firstLineAt !== undefined) return { kind: 'first-line', attempt, firstLineAt };
    const isItsFunction = functionOfStream(streamName) === this.#functionOf(attempt.step);
    return firstLines.size === 0 && isItsFunction ? { kind: 'answer', attempt } : undefined;
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
}

export function isSameAttempt(a: Attempt, b: Attempt): boolean {
  return a.executionId === b.executionId && a.step === b.step && a.attempt === b.attempt;
}
