import { systemClock } from '../../platform/clock.ts';

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 180_000;

/** Resolves once a monitor says at its port that it can do its work. @throws Error when it does not in three minutes. */
export async function untilMonitorIsReady(port: number, signal: AbortSignal): Promise<void> {
  const givenUpAt = systemClock.now() + PATIENCE_MS;
  while (!(await isReady(port))) {
    if (systemClock.now() > givenUpAt) throw new Error(`the monitor is not ready after ${PATIENCE_MS / 1000} s`);
    await systemClock.sleep(LOOK_EVERY_MS, signal);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // It has not come up yet, or has just been killed.
    return false;
  }
}
