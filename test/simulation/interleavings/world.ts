import type { Circumstances } from './circumstances.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { Story } from './story.ts';

/** What every part of a simulated system shares. */
export interface World {
  readonly scheduler: Scheduler;
  readonly circumstances: Circumstances;
  readonly story: Story;
  /** Whose turns those are that belong to no process: events on their way, clients, timeouts. */
  readonly outside: Owner;
}

/** Waits in the time of the world, outside any process. */
export function elapse({ scheduler, outside }: World, ms: number): Promise<void> {
  return new Promise((resolve) => scheduler.at(scheduler.now() + ms, outside, resolve));
}
