import { Fifo } from './fifo.ts';
import type { Revision } from './lambda-function.ts';
import type { LambdaLimits } from './limits.ts';
import { SandboxDisposedError, type Invocation, type InvocationResult, type Sandbox } from './sandbox.ts';
import type { StartSlots } from './start-slots.ts';

export interface SandboxPoolOptions {
  readonly limits: LambdaLimits;
  readonly slots: StartSlots;
  /** How many invocations may run at a time just now. */
  readonly concurrency: () => number;
  readonly revision: () => Revision;
  readonly createSandbox: (revision: Revision) => Sandbox;
  /** Capacity came free. */
  readonly onFreed: () => void;
  /** No sandbox of an outdated revision is left. */
  readonly onRevisionRetired: (revision: Revision) => void;
  /** A bug, not a function's failure. */
  readonly onFault: (error: unknown) => void;
}

interface Admitted {
  readonly invocation: Invocation;
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Idle {
  readonly sandbox: Sandbox;
  readonly since: number;
}

/**
 * The sandboxes of one function. An admitted invocation is run by whichever sandbox is free first: a warm one, or one
 * that was started because more invocations wait than sandboxes are starting. So a short burst on two cores is served
 * by a few processes instead of starting one for each.
 */
export class SandboxPool {
  readonly #options: SandboxPoolOptions;
  readonly #waiting = new Fifo<Admitted>();
  readonly #all = new Set<Sandbox>();
  #idle: Idle[] = [];
  #starting = 0;
  #running = 0;
  #isClosed = false;

  constructor(options: SandboxPoolOptions) {
    this.#options = options;
    options.slots.onFreed(() => this.#pump());
  }

  /** Invocations admitted and not yet ended. */
  get inFlight(): number {
    return this.#waiting.length + this.#running;
  }

  get hasCapacity(): boolean {
    return !this.#isClosed && this.inFlight < this.#options.concurrency();
  }

  /** Callers ask `hasCapacity` first: what they do without it is theirs to decide. */
  admit(invocation: Invocation): Promise<InvocationResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ invocation, resolve, reject });
      this.#pump();
    });
  }

  /** Ends idle sandboxes of another revision than the current one; busy ones end when they become idle. */
  retireOutdated(): void {
    this.#idle = this.#idle.filter(({ sandbox }) => this.#isCurrent(sandbox) || this.#discard(sandbox));
  }

  /** Ends sandboxes that have been idle for too long. */
  trim(now: number): void {
    const { idleMs, surplusIdleMs, idleSandboxesPerFunction } = this.#options.limits;
    const surplus = this.#idle.length - idleSandboxesPerFunction;
    // The longest idle are at the front.
    this.#idle = this.#idle.filter(({ sandbox, since }, index) => {
      const allowedMs = index < surplus ? surplusIdleMs : idleMs;
      return now - since < allowedMs || this.#discard(sandbox);
    });
  }

  /** Ends everything, running invocations included, and waits until no process is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let admitted = this.#waiting.take(); admitted !== undefined; admitted = this.#waiting.take()) {
      admitted.reject(new SandboxDisposedError(admitted.invocation.requestId));
    }
    await Promise.all([...this.#all].map((sandbox) => sandbox.dispose()));
  }

  #pump(): void {
    while (!this.#isClosed && this.#waiting.length > 0) {
      const idle = this.#idle.pop();
      if (idle !== undefined) this.#run(idle.sandbox);
      else if (this.#starting < this.#waiting.length && this.#hasRoom() && this.#options.slots.take()) this.#start();
      else return;
    }
  }

  #hasRoom(): boolean {
    return this.#starting + this.#running < this.#options.concurrency();
  }

  #start(): void {
    const sandbox = this.#options.createSandbox(this.#options.revision());
    this.#all.add(sandbox);
    this.#starting += 1;
    sandbox
      .initialize()
      .then(() => this.#started(sandbox))
      .catch(this.#options.onFault);
  }

  #started(sandbox: Sandbox): void {
    this.#starting -= 1;
    if (this.#isClosed || !this.#isCurrent(sandbox)) this.#discard(sandbox);
    // A sandbox whose init failed tries again inside an invocation; without one it is of no use.
    else if (this.#waiting.length > 0) this.#run(sandbox);
    else if (sandbox.isReady) this.#rest(sandbox);
    else this.#discard(sandbox);
    this.#options.slots.free();
    this.#freezeIfIdle(sandbox);
  }

  #run(sandbox: Sandbox): void {
    const admitted = this.#waiting.take() as Admitted;
    this.#running += 1;
    sandbox
      .invoke(admitted.invocation)
      .then(admitted.resolve, admitted.reject)
      .then(() => this.#finished(sandbox))
      .catch(this.#options.onFault);
  }

  #finished(sandbox: Sandbox): void {
    this.#running -= 1;
    if (this.#isClosed) return;
    if (!this.#isCurrent(sandbox)) this.#discard(sandbox);
    else if (this.#waiting.length > 0) this.#run(sandbox);
    else this.#rest(sandbox);
    this.#pump();
    this.#options.onFreed();
    this.#freezeIfIdle(sandbox);
  }

  #rest(sandbox: Sandbox): void {
    this.#idle.push({ sandbox, since: Date.now() });
  }

  /** Asked last: a sandbox that has its next invocation by now, from the queue of events, need not be stopped for it. */
  #freezeIfIdle(sandbox: Sandbox): void {
    if (this.#idle.some((idle) => idle.sandbox === sandbox)) sandbox.freeze();
  }

  #isCurrent(sandbox: Sandbox): boolean {
    return sandbox.revision === this.#options.revision();
  }

  /** Always false, for use in filters. */
  #discard(sandbox: Sandbox): false {
    sandbox
      .dispose()
      .then(() => {
        this.#all.delete(sandbox);
        const { revision } = sandbox;
        const isRetired = !this.#isCurrent(sandbox) && ![...this.#all].some((other) => other.revision === revision);
        if (isRetired) this.#options.onRevisionRetired(revision);
      })
      .catch(this.#options.onFault);
    return false;
  }
}
