import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stepRecordKey } from '../../../workflow/keys.ts';
import { aCoordinator, Facts, idAt, NOW, recovered, succeeded, type TestCoordinator } from './a-coordinator.ts';

/** A client of an event stream. */
class Follower {
  readonly status: number;
  readonly headers: Headers;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(response: Response) {
    this.status = response.status;
    this.headers = response.headers;
    this.#reader = response.body?.getReader();
  }

  /** The text of the next event or comment; `undefined` at the end of the stream. */
  async next(): Promise<string | undefined> {
    const chunk = await this.#reader?.read();
    return chunk?.done === false ? new TextDecoder().decode(chunk.value) : undefined;
  }

  async nextStatus(): Promise<string | undefined> {
    return orderIn(await this.next())?.status;
  }

  async leave(): Promise<void> {
    await this.#reader?.cancel();
  }
}

function orderIn(text: string | undefined) {
  const data = /^data: (.*)$/m.exec(text ?? '')?.[1];
  return data === undefined ? undefined : JSON.parse(data);
}

function idIn(text: string | undefined): string {
  return /^id: (.*)$/m.exec(text ?? '')?.[1] ?? '';
}

describe('GET /orders/{id}/events', () => {
  let coordinator: TestCoordinator;
  const followers: Follower[] = [];
  const follow = async (id: string, headers: Record<string, string> = {}) => {
    // Not through `request`: it would read the stream to its end to compare it.
    const follower = new Follower(await coordinator.app.request(`/orders/${id}/events`, { headers }));
    followers.push(follower);
    return follower;
  };

  beforeEach(async () => {
    coordinator = await aCoordinator({ maxExecutions: 2, maxWatches: 4 });
  });

  afterEach(async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.leave()));
    expect(coordinator.hub.size).toEqual({ executions: 0, watches: 0 });
    expect(coordinator.clock.sleeping).toBe(0);
  });

  it('stops polling when the last follower leaves in the middle', async () => {
    const facts = new Facts(coordinator.s3);
    const [first, second] = [await follow(facts.id), await follow(facts.id)];
    expect(coordinator.hub.size).toEqual({ executions: 1, watches: 2 });
    await first.leave();
    expect(coordinator.hub.size).toEqual({ executions: 1, watches: 1 });
    await second.leave();
    coordinator.s3.calls.length = 0;
    await coordinator.clock.advance(60_000);
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('goes on when the storage fails for a while', async () => {
    const facts = new Facts(coordinator.s3);
    const follower = await follow(facts.id);
    expect(await follower.nextStatus()).toBe('RUNNING');
    coordinator.s3.fail('refused', { times: 10 });
    await coordinator.clock.advance(5000);
    facts.succeed('confirm-order').succeed('payment');
    const next = follower.nextStatus();
    await coordinator.clock.advance(10_000);
    expect(await next).toBe('SUCCEEDED');
    expect(coordinator.logger.events.filter(({ level }) => level === 'warn')).not.toHaveLength(0);
  });

  it('ends the stream when the storage fails for long, so that the client learns why when it connects again', async () => {
    const facts = new Facts(coordinator.s3);
    const follower = await follow(facts.id);
    await follower.next();
    coordinator.s3.fail('refused', { times: 1000 });
    const end = follower.next();
    await coordinator.clock.advance(40_000);
    expect(await follower.next()).toBeUndefined();
    expect(await end).toMatch(/^: |^$/);
  });

  it('ends the stream at once when the storage denies access', async () => {
    const facts = new Facts(coordinator.s3);
    const follower = await follow(facts.id);
    await follower.next();
    coordinator.s3.fail('denied');
    const end = follower.next();
    await coordinator.clock.advance(250);
    expect(await end).toBeUndefined();
    expect(coordinator.logger.events).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  it('answers 503 when the order cannot be read to begin with', async () => {
    coordinator.s3.fail('refused', { times: 2 });
    const response = await coordinator.request(`/orders/${idAt(NOW)}/events`);
    expect(response.status).toBe(503);
  });

  it('knows no order of that id', async () => {
    const response = await coordinator.request(`/orders/${idAt(NOW)}/events`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: '/problems/no-such-order' });
  });

  it('refuses more executions than it can follow, and takes one again when a follower left', async () => {
    const facts = Array.from({ length: 3 }, () => new Facts(coordinator.s3));
    const [first] = [await follow(facts[0]?.id ?? ''), await follow(facts[1]?.id ?? '')];
    const refused = await coordinator.request(`/orders/${facts[2]?.id}/events`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ type: '/problems/too-many-watchers' });
    await first.leave();
    expect((await follow(facts[2]?.id ?? '')).status).toBe(200);
  });

  it('refuses more followers than it can serve, also when they come at once', async () => {
    const { id } = new Facts(coordinator.s3);
    const all = await Promise.all(Array.from({ length: 10 }, () => follow(id)));
    const statuses = all.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 503, 503, 503, 503, 503, 503]);
    expect(coordinator.hub.size).toEqual({ executions: 1, watches: 4 });
  });

  it('polls once for all who follow an order, two hundred of them', async () => {
    const { id } = new Facts(coordinator.s3).succeed('confirm-order');
    for (let index = 0; index < 200; index += 1) await follow(id);
    coordinator.s3.calls.length = 0;
    await coordinator.clock.advance(250);
    expect(coordinator.s3.counts()).toEqual({ ListObjectsV2: 1 });
  });

  it('slows down to one poll a second while nothing changes', async () => {
    await follow(new Facts(coordinator.s3).succeed('confirm-order').id);
    await coordinator.clock.advance(10_000);
    coordinator.s3.calls.length = 0;
    await coordinator.clock.advance(10_000);
    expect(coordinator.s3.counts()).toEqual({ ListObjectsV2: 10 });
  });

  it('tells each change once, and closes after the last', async () => {
    const facts = new Facts(coordinator.s3);
    const follower = await follow(facts.id);
    expect(follower.headers.get('content-type')).toBe('text/event-stream');
    expect(await follower.nextStatus()).toBe('RUNNING');
    const steps = orderIn(await afterPoll(follower, () => facts.succeed('confirm-order'))).steps;
    expect(steps).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'RUNNING' }]);
    expect(orderIn(await afterPoll(follower, () => facts.fail('payment'))).status).toBe('RECOVERING');
    expect(orderIn(await afterPoll(follower, () => facts.recover()))).toMatchObject({
      status: 'FAILED',
      recovery: { actions: [] },
    });
    expect(await follower.next()).toBeUndefined();
  });

  it.each([
    ['succeeded', () => succeeded(coordinator.s3)],
    ['failed', () => recovered(coordinator.s3)],
    [
      'cannot be read',
      () => {
        const facts = new Facts(coordinator.s3);
        return facts.place(stepRecordKey(facts.id, 'payment'), 'not JSON');
      },
    ],
  ])('tells an order that %s once and closes', async (_, facts) => {
    const follower = await follow(facts().id);
    expect(await follower.nextStatus()).toMatch(/SUCCEEDED|FAILED|QUARANTINED/);
    expect(await follower.next()).toBeUndefined();
  });

  it('lets a browser that has seen the end stop to ask', async () => {
    const { id } = succeeded(coordinator.s3);
    const seen = idIn(await (await follow(id)).next());
    const response = await coordinator.request(`/orders/${id}/events`, { headers: { 'last-event-id': seen } });
    expect(response.status).toBe(204);
  });

  it('does not repeat what was seen last, and takes any other last event as none', async () => {
    const facts = new Facts(coordinator.s3);
    const first = await follow(facts.id);
    const seen = idIn(await first.next());
    const again = await follow(facts.id, { 'last-event-id': seen });
    expect(orderIn(await afterPoll(again, () => facts.succeed('confirm-order'))).steps[0].status).toBe('SUCCEEDED');
    expect(await (await follow(facts.id, { 'last-event-id': '<no such event>' })).nextStatus()).toBe('RUNNING');
  });

  it('gives a slow follower the newest state, not each one that it missed', async () => {
    const facts = new Facts(coordinator.s3);
    const slow = await follow(facts.id);
    // One event is in the stream's buffer; what comes now replaces what was not fetched.
    await coordinator.clock.advance(250);
    facts.succeed('confirm-order');
    await coordinator.clock.advance(1000);
    facts.fail('payment');
    await coordinator.clock.advance(1000);
    facts.recover();
    await coordinator.clock.advance(1000);
    expect(await slow.nextStatus()).toBe('RUNNING');
    expect(await slow.nextStatus()).toBe('FAILED');
    expect(await slow.next()).toBeUndefined();
  });

  it('sends a comment every fifteen seconds without a change, and ends after fifteen minutes', async () => {
    const follower = await follow(new Facts(coordinator.s3).id);
    await follower.next();
    const beats: (string | undefined)[] = [];
    for (let beat = 1; beat <= 60; beat += 1) {
      const next = follower.next();
      await coordinator.clock.advance(15_000);
      beats.push(await next);
    }
    expect(new Set(beats.slice(0, 58))).toEqual(new Set([': still here\n\n']));
    expect(beats.at(-1)).toBeUndefined();
  });

  it('ends every stream when the coordinator closes, and takes no more', async () => {
    const { id } = new Facts(coordinator.s3);
    const follower = await follow(id);
    await follower.next();
    coordinator.hub.close();
    expect(await follower.next()).toBeUndefined();
    expect((await coordinator.request(`/orders/${id}/events`)).status).toBe(503);
  });

  it('ends the stream when the order is gone', async () => {
    const facts = new Facts(coordinator.s3);
    const follower = await follow(facts.id);
    await follower.next();
    coordinator.store.read = async () => undefined;
    const end = follower.next();
    await coordinator.clock.advance(250);
    expect(await end).toBeUndefined();
  });

  async function afterPoll(follower: Follower, change: () => unknown): Promise<string | undefined> {
    change();
    const next = follower.next();
    await coordinator.clock.advance(1000);
    return next;
  }
});
