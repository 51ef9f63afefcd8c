import { formatDuration } from '../../format/duration.ts';
import { signalName } from '../../parts/signal-name.ts';
import type { TimelineEvent } from './timeline.ts';

/** An event in a few words. What the application or AWS said of it is the detail. */
export function titleOf(event: TimelineEvent): string {
  switch (event.kind) {
    case 'input':
      return 'taken and written to the app store';
    case 'triggered':
      return event.by === 'order' ? 'triggered by the order' : `triggered by the record of ${event.by}`;
    case 'retry-claimed':
      return `attempt ${event.attempt} claimed, to begin after ${formatDuration(event.pauseMs)}`;
    case 'invoked':
      return `attempt ${event.attempt} invoked by the monitor`;
    case 'started':
      return `attempt ${event.attempt} started`;
    case 'succeeded':
      return `attempt ${event.attempt} SUCCEEDED`;
    case 'verdict':
      return `attempt ${event.failure.attempt} ${event.isFinal ? 'FAILED for good' : 'failed'}: ${event.failure.kind}, found by ${signalName(event.failure.signal)}`;
    case 'confirmation':
      return `attempt ${event.failure.attempt}: ${signalName(event.failure.signal)} confirms it as ${event.failure.kind}`;
    case 'barred':
      return `attempt ${event.attempt} came to write ${event.write} after it was given up, and ${event.by === 'slot' ? 'the closed slot' : 'the record'} refused it`;
    case 'recovery-requested':
      return 'asked for by a person';
    case 'handler-failed':
      return `try ${event.attempt} failed in ${event.handler}`;
    case 'recovered':
      return 'done, and read back';
    case 'ended':
      return event.status;
  }
}
