import { EventEmitter } from 'node:events';

/** A process that gets signals by `emit` and only says that it would exit. */
export class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  readonly exited: Promise<number>;
  #notify: (code: number) => void = () => {};

  constructor() {
    super();
    this.exited = new Promise((resolve) => (this.#notify = resolve));
  }

  exit(code: number): void {
    this.exits.push(code);
    this.#notify(code);
  }
}
