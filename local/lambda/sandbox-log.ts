import type { LogLine, LogSink } from '../ports.ts';

/** What `LogType: Tail` shows of an invocation. */
const TAIL_CHARACTERS = 4096;

/** The log stream of one sandbox. */
export class SandboxLog {
  readonly stream: string;
  readonly #group: string;
  readonly #sink: LogSink | undefined;
  #tail = '';

  /** @param sink undefined when the function's role may not write logs: it runs all the same, as on AWS. */
  constructor(options: { readonly group: string; readonly stream: string; readonly sink: LogSink | undefined }) {
    this.stream = options.stream;
    this.#group = options.group;
    this.#sink = options.sink;
  }

  append(lines: readonly LogLine[]): void {
    this.#sink?.append(this.#group, this.stream, lines);
    for (const line of lines) this.#tail = (this.#tail + line.message).slice(-TAIL_CHARACTERS);
  }

  /** A line of the platform's own, now. */
  write(message: string): void {
    this.append([{ timestamp: Date.now(), message }]);
  }

  /** The end of what was logged since the last call. */
  takeTail(): string {
    const tail = this.#tail;
    this.#tail = '';
    return tail;
  }
}
