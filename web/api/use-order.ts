import { useEffect, useState } from 'preact/hooks';
import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { hasEnded, isUnderWay } from './is-under-way.ts';
import { request, RequestError } from './requests.ts';

export interface FollowedOrder {
  readonly order?: OrderRepresentation;
  /** Why it cannot be shown, or not followed. */
  readonly problem?: RequestError;
  readonly connection: Connection;
}

/** `waiting`: the stream broke and will be opened again. `ended`: nothing more will happen by itself. */
export type Connection = 'opening' | 'live' | 'waiting' | 'ended';

/** What happens to a stream that the server refuses; the browser itself opens again one that only broke. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
/** An order whose stream has ended and that may have news: it waits for a person, or a second signal is on its way. */
const LOOK_AGAIN_MS = 5000;

/** An order as it is, and whenever it changes, as long as the page is seen. */
export function useOrder(orderId: string): FollowedOrder {
  const [followed, setFollowed] = useState<FollowedOrder>({ connection: 'opening' });

  useEffect(() => {
    setFollowed({ connection: 'opening' });
    const follower = new OrderFollower(orderId, setFollowed);
    const onVisibility = () => (document.hidden ? follower.pause() : follower.resume());
    document.addEventListener('visibilitychange', onVisibility);
    follower.resume();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      follower.pause();
    };
  }, [orderId]);

  return followed;
}

class OrderFollower {
  readonly #orderId: string;
  readonly #tell: (followed: FollowedOrder) => void;
  #events: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #order: OrderRepresentation | undefined;

  constructor(orderId: string, tell: (followed: FollowedOrder) => void) {
    this.#orderId = orderId;
    this.#tell = tell;
  }

  resume(): void {
    if (document.hidden || this.#events !== undefined || this.#isOver()) return;
    clearTimeout(this.#timer);
    const events = new EventSource(`/orders/${encodeURIComponent(this.#orderId)}/events`);
    this.#events = events;
    events.onmessage = ({ data }: MessageEvent<string>) => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#order = JSON.parse(data) as OrderRepresentation;
      this.#say('live');
      if (!this.#isOver()) return;
      this.pause();
      this.#timer = setTimeout(() => void this.#lookOnceMore(), LOOK_AGAIN_MS);
    };
    events.onerror = () => {
      this.#say('waiting');
      // The browser opens it again by itself, with the last event's id, unless the server has refused it.
      if (events.readyState === EventSource.CLOSED) void this.#afterRefusal(events);
    };
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#events?.close();
    this.#events = undefined;
  }

  /** After the end another signal may still confirm a failure, and a late attempt be refused: both belong to the story. */
  async #lookOnceMore(): Promise<void> {
    try {
      this.#order = await request<OrderRepresentation>(`/orders/${encodeURIComponent(this.#orderId)}`);
      this.#say('ended');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      // It stays as it was when it ended.
    }
  }

  /** A stream does not say why it was refused; the order itself does. */
  async #afterRefusal(events: EventSource): Promise<void> {
    let problem: RequestError | undefined;
    try {
      this.#order = await request<OrderRepresentation>(`/orders/${encodeURIComponent(this.#orderId)}`);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      problem = error;
    }
    if (this.#events !== events) return;
    this.pause();
    this.#say('waiting', problem);
    // What is not there, or cannot be, is not asked for again.
    if (this.#isOver() || (problem !== undefined && problem.status >= 400 && problem.status < 500)) return;
    const isSettled = this.#order !== undefined && !isUnderWay(this.#order);
    this.#timer = setTimeout(() => this.resume(), isSettled ? LOOK_AGAIN_MS : this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }

  #say(connection: Connection, problem?: RequestError): void {
    this.#tell({
      connection: this.#isOver() ? 'ended' : connection,
      ...(this.#order && { order: this.#order }),
      ...(problem && { problem }),
    });
  }

  #isOver(): boolean {
    return this.#order !== undefined && hasEnded(this.#order);
  }
}
