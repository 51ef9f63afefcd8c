import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Ends the system's processes when whoever started them is gone without a word (`kill -9`). A process of its own, because
 * nothing else can act after that, and the product's processes need not know of it: they are watched from outside.
 *
 * Standard input is one process group's id a line; its end, whatever the reason, is the starter's end. Groups that have
 * ended by then are no longer there, so an orderly stop leaves nothing to do. It is bundled and started by itself, so it
 * imports nothing of ours.
 */

/** What ends in order within this time is not killed, milliseconds. */
const GRACE_MS = 3_000;
const LOOK_AGAIN_MS = 50;

const groups = new Set<number>();
// It outlives a ctrl-C that was meant for its starter.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, id] = line.split(' ');
  if (verb === 'watch') groups.add(Number(id));
  else groups.delete(Number(id));
}

for (const group of groups) signal(group, 'SIGTERM');
const until = Date.now() + GRACE_MS;
while (Date.now() < until && [...groups].some((group) => signal(group, 0))) await pause(LOOK_AGAIN_MS);
for (const group of groups) signal(group, 'SIGKILL');

function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    // It is gone, which is what was wanted.
    return false;
  }
}
