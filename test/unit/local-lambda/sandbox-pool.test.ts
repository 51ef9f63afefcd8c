import { expect, it } from 'vitest';
import type { Revision } from '../../../local/lambda/lambda-function.ts';
import { DEFAULT_LIMITS } from '../../../local/lambda/limits.ts';
import type { InvocationResult, Sandbox } from '../../../local/lambda/sandbox.ts';
import { SandboxPool } from '../../../local/lambda/sandbox-pool.ts';
import { StartSlots } from '../../../local/lambda/start-slots.ts';

const REVISION = {} as Revision;
const DONE: InvocationResult = { payload: 'null', functionError: undefined, logTail: '' };

/** A pool of one sandbox, what it is told in order, and events that wait for capacity as in Lambda's own queue. */
function aPool(events: string[]) {
  const told: string[] = [];
  const sandbox = {
    revision: REVISION,
    isReady: true,
    initialize: async () => 'ready',
    invoke: async ({ requestId }: { requestId: string }) => {
      told.push(requestId);
      return DONE;
    },
    freeze: () => told.push('freeze'),
    dispose: async () => undefined,
  } as unknown as Sandbox;
  const dispatch = (): void => {
    while (pool.hasCapacity) {
      const requestId = events.shift();
      if (requestId === undefined) return;
      void pool.admit({ requestId, payload: '{}' });
    }
  };
  const pool = new SandboxPool({
    limits: DEFAULT_LIMITS,
    slots: new StartSlots(1),
    concurrency: () => 1,
    revision: () => REVISION,
    createSandbox: () => sandbox,
    onFreed: dispatch,
    onRevisionRetired: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  return { dispatch, told };
}

it('stops a sandbox between invocations, and not while events wait for it', async () => {
  const events = ['first', 'second', 'third'];
  const { dispatch, told } = aPool(events);
  dispatch();
  await expect.poll(() => told.at(-1)).toBe('freeze');
  expect(told).toEqual(['first', 'second', 'third', 'freeze']);

  events.push('fourth');
  dispatch();
  await expect.poll(() => told.length).toBe(6);
  expect(told.slice(4)).toEqual(['fourth', 'freeze']);
});
