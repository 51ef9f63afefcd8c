/** What happened in one schedule, a line each turn: who did what with which outcome. Told only to whoever wants to read it. */
export interface Story {
  /** `what` is not even asked for when nobody reads. */
  tell(who: string, what: () => string): void;
}

export const UNTOLD: Story = { tell: () => undefined };

export class WrittenStory implements Story {
  readonly #lines: string[] = [];
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #nicknames = new Map<string, string>();

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  tell(who: string, what: () => string): void {
    const seconds = ((this.#now() - this.#startedAt) / 1000).toFixed(3).padStart(9);
    this.#lines.push(`${seconds} s  ${who.padEnd(18)} ${this.readable(what())}`);
  }

  /** Execution ids as what they are to a reader: the first, the second. */
  readable(text: string): string {
    return text.replaceAll(EXECUTION_ID, (id) => {
      const known = this.#nicknames.get(id) ?? `order-${this.#nicknames.size + 1}`;
      this.#nicknames.set(id, known);
      return known;
    });
  }
}

const EXECUTION_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
