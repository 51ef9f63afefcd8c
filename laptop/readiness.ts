import { setTimeout as pause } from 'node:timers/promises';

export interface ReadinessOptions {
  readonly name: string;
  readonly timeoutMs: number;
  /** True once it is ready. An error counts as not yet, and is told if it never becomes ready. */
  readonly isReady: () => Promise<boolean>;
  /** Says why waiting on is in vain; `undefined` while it is not. */
  readonly hopeless?: () => string | undefined;
}

const LOOK_AGAIN_MS = 25;

/** @throws Error that names what was waited for and why it is not ready. */
export async function untilReady({ name, timeoutMs, isReady, hopeless }: ReadinessOptions): Promise<void> {
  const until = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      if (await isReady()) return;
    } catch (error) {
      last = error;
    }
    const reason = hopeless?.();
    if (reason !== undefined) throw new Error(`${name} is not ready: ${reason}`, { cause: last });
    if (Date.now() > until) {
      const because = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`${name} was not ready within ${timeoutMs} ms${because}`, { cause: last });
    }
    await pause(LOOK_AGAIN_MS);
  }
}
