import { describe, expect, it } from 'vitest';
import { urgencyByAge, type Urgency } from '../../../../monitor/queue/urgency.ts';
import { WaitingLooks } from '../../../../monitor/queue/waiting-looks.ts';
import { anExecutionId } from '../../../support/an-execution-id.ts';

const waitingLooks = (capacity: number) => new WaitingLooks(capacity, (executionId) => ({ executionId }));

function takeAll(
  waiting: ReturnType<typeof waitingLooks>,
  mayBegin: (urgency: Urgency) => boolean = () => true,
): readonly string[] {
  const taken: string[] = [];
  for (let next = waiting.take(() => true, mayBegin); next; next = waiting.take(() => true, mayBegin))
    taken.push(next.executionId);
  return taken;
}

describe('executions that wait for a look', () => {
  it('are taken by urgency and then as they came, the least urgent one each fourth time', () => {
    const waiting = waitingLooks(10);
    for (const name of ['o1', 'o2', 'o3']) waiting.admit(name, 'backlog');
    for (const name of ['y1', 'y2']) waiting.admit(name, 'young');
    for (const name of ['r1', 'r2', 'r3', 'r4']) waiting.admit(name, 'reported');
    expect(takeAll(waiting)).toEqual(['r1', 'r2', 'r3', 'o1', 'r4', 'y1', 'y2', 'o2', 'o3']);
    expect(waiting.size).toBe(0);
  });

  it('go before others once something is reported of them, and never behind', () => {
    const waiting = waitingLooks(10);
    for (const name of ['o1', 'o2']) waiting.admit(name, 'backlog');
    waiting.admit('o2', 'reported');
    waiting.admit('o2', 'backlog');
    expect(waiting.size).toBe(2);
    expect(takeAll(waiting)).toEqual(['o2', 'o1']);
  });

  it('have room of their own for each urgency: no backlog turns away what is new', () => {
    const waiting = waitingLooks(2);
    for (const name of ['o1', 'o2', 'o3']) waiting.admit(name, 'backlog');
    expect(waiting.admit('o4', 'backlog')).toBeUndefined();
    expect(waiting.admit('r1', 'reported')).toBeDefined();
    expect(takeAll(waiting)).toEqual(['r1', 'o1', 'o2']);
  });

  it('stay where they are when there is no room before them', () => {
    const waiting = waitingLooks(1);
    waiting.admit('r1', 'reported');
    waiting.admit('o1', 'backlog');
    expect(waiting.admit('o1', 'reported')).toMatchObject({ executionId: 'o1' });
    expect(takeAll(waiting)).toEqual(['r1', 'o1']);
  });

  it('are passed over while their urgency may not begin or they are looked at already', () => {
    const waiting = waitingLooks(10);
    waiting.admit('o1', 'backlog');
    waiting.admit('y1', 'young');
    waiting.admit('y2', 'young');
    expect(takeAll(waiting, (urgency) => urgency !== 'backlog')).toEqual(['y1', 'y2']);
    waiting.admit('y1', 'young');
    expect(
      waiting.take(
        (executionId) => executionId !== 'y1',
        () => true,
      )?.executionId,
    ).toBe('o1');
  });
});

describe('the urgency of an execution', () => {
  const at = Date.UTC(2026, 0, 1);
  const id = anExecutionId({ at });

  it('is that of a young one for ten minutes, by the clock in its id', () => {
    const after = (ms: number) => urgencyByAge(id, at + ms, at);
    expect([after(0), after(599_999), after(600_000)]).toEqual(['young', 'young', 'backlog']);
  });

  it('is that of the backlog when it was ordered before this monitor was there', () => {
    expect([urgencyByAge(id, at + 2, at + 1), urgencyByAge(id, at + 2, at)]).toEqual(['backlog', 'young']);
  });
});
