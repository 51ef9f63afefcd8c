import pLimit from 'p-limit';
import type { Fault } from '../demo/faults/fault.ts';
import type { Target } from '../demo/target.ts';
import { untilReady } from '../laptop/readiness.ts';
import type { System } from '../laptop/system-options.ts';

/** It needs one to two seconds to come up, on a machine that has nothing else to do. */
const AWS_READY_TIMEOUT_MS = 60_000;

/**
 * The faults that are in effect, and the AWS that they are in. The AWS on loopback forgets changes of functions when it is
 * killed and comes back as the template says, so what should be in effect is put in again. One change at a time.
 */
export class StackKeeper {
  readonly #target: Target;
  readonly #localAws: System['localAws'];
  readonly #oneAtATime = pLimit(1);
  readonly #faults = new Set<Fault>();

  constructor(target: Target, localAws: System['localAws']) {
    this.#target = target;
    this.#localAws = localAws;
  }

  putIn(faults: readonly Fault[]): Promise<void> {
    return this.#oneAtATime(async () => {
      for (const fault of faults) this.#faults.add(fault);
      await this.#target.faults.inject(faults);
    });
  }

  takeOut(faults: readonly Fault[]): Promise<void> {
    return this.#oneAtATime(async () => {
      for (const fault of faults) this.#faults.delete(fault);
      await this.#target.faults.restore(faults);
    });
  }

  /** Resolves once AWS answers again, with the same data and the same faults; to whether it lived to be killed. */
  killAws(): Promise<boolean> {
    return this.#oneAtATime(async () => {
      const wasKilled = await this.#localAws.kill('SIGKILL');
      await untilReady({
        name: 'The AWS on loopback',
        timeoutMs: AWS_READY_TIMEOUT_MS,
        isReady: async () => {
          this.#target.signal.throwIfAborted();
          await this.#target.stores.stateStorage.listPage('', undefined, 1);
          return true;
        },
        hopeless: () => (this.#target.signal.aborted ? 'interrupted' : undefined),
      });
      await this.#target.faults.inject([...this.#faults]);
      return wasKilled;
    });
  }
}
