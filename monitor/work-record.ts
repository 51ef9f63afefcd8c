/** What became of something that is done again and again. */
export interface WorkFacts {
  /** The instant up to which it is done; `undefined` until it has been done once. */
  readonly doneAt: number | undefined;
  readonly failuresInARow: number;
  /** What the last failure said, while nothing has gone well since. */
  readonly lastError: string | undefined;
}

/** Keeps what readiness and metrics need to know of the poller and the sweep, and nothing more. */
export class WorkRecord {
  #facts: WorkFacts = { doneAt: undefined, failuresInARow: 0, lastError: undefined };

  get facts(): WorkFacts {
    return this.#facts;
  }

  /** Milliseconds since the epoch. */
  done(at: number): void {
    this.#facts = { doneAt: at, failuresInARow: 0, lastError: undefined };
  }

  failed(error: unknown): void {
    const { doneAt, failuresInARow } = this.#facts;
    this.#facts = { doneAt, failuresInARow: failuresInARow + 1, lastError: describeError(error) };
  }
}

/** How long ago something was last done, or has not been since the start, milliseconds. */
export function lagMs(lastAt: number | undefined, startedAt: number, now: number): number {
  return Math.max(0, now - (lastAt ?? startedAt));
}

/** The SDK's messages say who may not do what; their names say what kind of answer it was. Ours say all in the message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isFromAws = '$metadata' in error;
  return isFromAws && error.message !== error.name ? `${error.name}: ${error.message}` : error.message;
}
