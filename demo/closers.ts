type Closer = () => void | Promise<void>;

/** What has to be undone of something that was opened step by step, newest first; a step that fails keeps no other from it. */
export class Closers {
  readonly #closers: Closer[] = [];

  add(close: Closer): void {
    this.#closers.push(close);
  }

  /** @throws the first failure, after all have been tried. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
