import type { Clock } from '../platform/clock.ts';
import type { OrderUpdate, Watch } from './execution-watcher.ts';

export interface OrderEventsOptions {
  readonly watch: Watch;
  readonly clock: Clock;
  /** What the client saw last: it is not told the same again. */
  readonly lastEventId?: string | undefined;
}

/** How soon a browser connects again when a connection breaks: what broke it is most often our own restart, of a second. */
const RECONNECT_MS = 1000;
/** Proxies close connections that are silent for a minute; AWS's load balancers do after 60 s. */
const HEARTBEAT_MS = 15_000;
/** A client that follows longer connects again, by itself if it is a browser. */
const MAX_STREAM_MS = 15 * 60_000;

/**
 * Server-sent events of an order: one for every change, and a comment when nothing changed for a while. The stream ends
 * after the last change. Each event is written when the client has room for it, so a slow one costs no memory; when the
 * client goes, the watch is left.
 */
export function orderEvents({ watch, clock, lastEventId }: OrderEventsOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const endsAt = clock.now() + MAX_STREAM_MS;
  let next: Promise<OrderUpdate | undefined> | undefined;
  let hasClient = true;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        next ??= watch.next();
        const update = await orHeartbeat(next, clock);
        if (update === 'heartbeat' && clock.now() < endsAt)
          return controller.enqueue(encoder.encode(': still here\n\n'));
        if (update === undefined || update === 'heartbeat' || !hasClient) break;
        next = undefined;
        if (update.id !== lastEventId) return controller.enqueue(encoder.encode(eventOf(update)));
      }
      watch.leave();
      if (hasClient) controller.close();
    },
    cancel() {
      hasClient = false;
      watch.leave();
    },
  });
}

async function orHeartbeat<T>(next: Promise<T>, clock: Clock): Promise<T | 'heartbeat'> {
  const timer = new AbortController();
  const heartbeat = clock.sleep(HEARTBEAT_MS, timer.signal).then(
    () => 'heartbeat' as const,
    // Aborted below: the update was there first.
    () => 'heartbeat' as const,
  );
  try {
    return await Promise.race([next, heartbeat]);
  } finally {
    timer.abort();
  }
}

/** JSON has no line break of its own, so one data line carries it. */
function eventOf({ id, json }: OrderUpdate): string {
  return `retry: ${RECONNECT_MS}\nid: ${id}\ndata: ${json}\n\n`;
}
