import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../platform/clock.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { CONTROL_PREFIX } from '../workflow/keys.ts';
import { CannotBeginError } from '../laptop/cannot-begin-error.ts';

export const CLAIM_KEY = `${CONTROL_PREFIX}demo.json`;

export interface StackClaimOptions {
  readonly stackName: string;
  readonly stateStorage: Pick<ObjectStore, 'update' | 'get'>;
  /** Who breaks the stack, for whoever wants to as well: `ada@laptop, process 4711`. */
  readonly who: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What stands in the state storage. Its writer proves that it lives by counting on. */
interface ClaimRecord {
  readonly holder: string;
  readonly who: string;
  /** By the holder's clock, for people; nothing is decided by it. */
  readonly since: string;
  readonly beat: number;
}

const BEAT_MS = 5_000;
/** Four beats that did not come: its process has been killed, or has been without a network for as long. */
const STALE_MS = 20_000;
const LOOK_MS = 1_000;

/** Another run took the stack over, because this one gave no sign of life. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/**
 * Two demos at once would take each other's faults out, and each would find that nothing was as expected. So a run claims the
 * stack by a conditional write, and says so again every five seconds. Whoever finds a claim looks at it for a while: it is
 * another run's when it moves, and a dead run's when it does not. That needs no clock that two machines agree on.
 */
export class StackClaim {
  /** Aborted, with a ClaimLostError, once another run has taken the stack over. */
  readonly lost: AbortSignal;
  readonly #options: StackClaimOptions;
  readonly #holder = randomUUID();
  readonly #losing = new AbortController();
  readonly #releasing = new AbortController();
  #beating: Promise<void> = Promise.resolve();
  #record: ClaimRecord;

  private constructor(options: StackClaimOptions) {
    this.#options = options;
    this.lost = this.#losing.signal;
    this.#record = {
      holder: this.#holder,
      who: options.who,
      since: new Date(options.clock.now()).toISOString(),
      beat: 0,
    };
  }

  /** @throws CannotBeginError when another run holds the stack. */
  static async take(options: StackClaimOptions): Promise<StackClaim> {
    const claim = new StackClaim(options);
    await claim.#take();
    claim.#beating = claim.#beat();
    return claim;
  }

  /** Ends the claim, if it is still this run's. */
  async release(): Promise<void> {
    this.#releasing.abort();
    await this.#beating;
    await this.#replaceOwn({ released: true });
  }

  async #take(): Promise<void> {
    const { stateStorage, clock, signal } = this.#options;
    const seen = (await stateStorage.get(CLAIM_KEY))?.body;
    const until = clock.now() + (isHeld(seen) ? STALE_MS : 0);
    while (clock.now() < until) {
      await clock.sleep(LOOK_MS, signal);
      const now = (await stateStorage.get(CLAIM_KEY))?.body;
      if (!isHeld(now)) break;
      if (!isDeepStrictEqual(now, seen)) throw this.#refusal(now);
    }
    const met = await stateStorage.update(CLAIM_KEY, (current) => {
      // Written by an earlier round, whose answer was lost.
      if (holderOf(current) === this.#holder) return { keep: true, result: undefined };
      if (isHeld(current) && !isDeepStrictEqual(current, seen)) return { keep: true, result: current };
      return { write: this.#record, result: undefined };
    });
    if (met !== undefined) throw this.#refusal(met);
  }

  async #beat(): Promise<void> {
    const { clock, stackName } = this.#options;
    const stop = this.#releasing.signal;
    while (!stop.aborted) {
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(BEAT_MS, stop).catch(() => undefined);
      if (stop.aborted) return;
      this.#record = { ...this.#record, beat: this.#record.beat + 1 };
      // A beat that cannot be written is made up for by the next; whoever took over meanwhile is found then.
      const isOwn = await this.#replaceOwn(this.#record).catch(() => true);
      if (isOwn) continue;
      this.#losing.abort(
        new ClaimLostError(
          `Another demo has taken stack ${stackName} over, for this one gave no sign of life for ${STALE_MS / 1000} s. This run ends.`,
        ),
      );
      return;
    }
  }

  /** Whether the claim was still this run's. */
  #replaceOwn(body: object): Promise<boolean> {
    return this.#options.stateStorage.update(CLAIM_KEY, (current) =>
      holderOf(current) === this.#holder ? { write: body, result: true } : { keep: true, result: false },
    );
  }

  #refusal(current: unknown): CannotBeginError {
    const { who = 'somebody', since = 'some time ago' } = current as Partial<ClaimRecord>;
    return new CannotBeginError(
      `Another demo is breaking stack ${this.#options.stackName}: ${who}, since ${since}. Wait until it has ended.`,
    );
  }
}

function isHeld(body: unknown): boolean {
  return holderOf(body) !== undefined;
}

function holderOf(body: unknown): string | undefined {
  return (body as Partial<ClaimRecord> | null | undefined)?.holder;
}
