import { parseFactKey } from '../../workflow/keys.ts';
import { compare, isUnordered, type Place, type Run } from './invocation-boundaries.ts';

interface Printed {
  readonly place: Place;
  readonly executionId: string;
}

/** Streams kept at most; the one longest unheard goes. */
const MAX_STREAMS = 1_000;
/** Lines kept of a stream: those of its latest invocations. */
const MAX_LINES = 100;
/** Executions told of one line: a second one makes it ambiguous already. */
const MAX_EXECUTIONS_A_LINE = 2;
const KEY = /(?<![\w-])(?:orders|executions)\/[0-9a-f-]{36}(?:\/[a-z0-9.-]{1,80})?(?:\.json)?/g;

/**
 * The object keys that functions of somebody else print. An invocation that names exactly one execution is that
 * execution's; one that names two is nobody's, and so is one of which a line may have been forgotten.
 */
export class PrintedKeys {
  readonly #streams = new Map<string, Printed[]>();
  /** The newest instant of which a line was forgotten: nothing is told of invocations that began before it. */
  #forgottenUntil = -Infinity;

  note(streamName: string, place: Place, message: string): void {
    const executionIds = executionsIn(message);
    if (executionIds.length === 0) return;
    const lines = this.#streams.get(streamName) ?? [];
    for (const executionId of executionIds) lines.push({ place, executionId });
    this.#forgetLines(lines.splice(0, Math.max(0, lines.length - MAX_LINES)));
    this.#streams.delete(streamName);
    this.#streams.set(streamName, lines);
    if (this.#streams.size <= MAX_STREAMS) return;
    const [oldest] = this.#streams;
    if (oldest === undefined) return;
    this.#streams.delete(oldest[0]);
    this.#forgetLines(oldest[1]);
  }

  /** The execution that an invocation named; `undefined` when none or more than one. */
  executionOf(streamName: string, { startedAt, endedAt }: Run): string | undefined {
    if (startedAt.timestamp <= this.#forgottenUntil) return undefined;
    // A line of the same millisecond from another page may be the invocation's or its neighbour's: it counts against.
    const named = (this.#streams.get(streamName) ?? []).filter(
      ({ place }) =>
        isUnordered(place, startedAt) ||
        isUnordered(place, endedAt) ||
        (compare(startedAt, place) < 0 && compare(place, endedAt) < 0),
    );
    const executions = new Set(named.map(({ executionId }) => executionId));
    const [only] = executions;
    return executions.size === 1 ? only : undefined;
  }

  /** Tells nothing of invocations that began up to this instant: not all of what they printed was seen. */
  forgetUntil(instant: number): void {
    this.#forgottenUntil = Math.max(this.#forgottenUntil, instant);
  }

  #forgetLines(lines: readonly Printed[]): void {
    for (const { place } of lines) this.forgetUntil(place.timestamp);
  }
}

function executionsIn(message: string): readonly string[] {
  const executionIds = new Set<string>();
  for (const [key] of message.matchAll(KEY)) {
    const fact = parseFactKey(key);
    if (fact !== undefined) executionIds.add(fact.executionId);
    if (executionIds.size === MAX_EXECUTIONS_A_LINE) break;
  }
  return [...executionIds];
}
