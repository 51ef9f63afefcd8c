import { describe, expect, it } from 'vitest';
import { UnreadableFactError } from '../../../workflow/facts.ts';
import { recoveryAttemptKey, recoveryKey, stepRecordKey } from '../../../workflow/keys.ts';
import { aFailedRecord, aFailure, aSuccess, EXECUTION, OTHER_EXECUTION } from '../monitor/builders.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aHandler, aRecovery } from './a-recovery.ts';

const PAYMENT = stepRecordKey(EXECUTION, 'payment');
const FAILURE = aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' });

/** Whatever a handler throws, an Error or not. */
function failing(error: unknown) {
  return async () => {
    await Promise.resolve();
    throw error;
  };
}

describe('failing a step', () => {
  it('loses to a success that came first, and leaves it', async () => {
    const { recovery, placeStep, fact, logger } = aRecovery();
    placeStep(aSuccess('payment'));
    expect(await recovery.failStep(EXECUTION, 'payment', FAILURE)).toMatchObject({ outcome: 'late-success' });
    expect(fact(PAYMENT)).toEqual(aSuccess('payment'));
    expect(logger.events).toEqual([]);
  });

  it('loses to a success that comes while it writes', async () => {
    const { recovery, placeStep, s3, fact } = aRecovery();
    s3.before({ operation: 'PutObject', key: PAYMENT }, () => placeStep(aSuccess('payment')));
    expect(await recovery.failStep(EXECUTION, 'payment', FAILURE)).toMatchObject({ outcome: 'late-success' });
    expect(fact(PAYMENT)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('finds it failed when somebody was first, and leaves his reason', async () => {
    const { recovery, placeStep, fact } = aRecovery();
    placeStep(aFailedRecord('payment', { kind: 'REJECTED' }));
    expect(await recovery.failStep(EXECUTION, 'payment', FAILURE)).toMatchObject({ outcome: 'already-failed' });
    expect(fact(PAYMENT)).toMatchObject({ writtenBy: 'function', failure: { kind: 'REJECTED' } });
  });

  it('wins when only the answer to its write was lost', async () => {
    const { recovery, s3, fact } = aRecovery();
    s3.fail('lost-response', { operation: 'PutObject' });
    expect(await recovery.failStep(EXECUTION, 'payment', FAILURE)).toMatchObject({ outcome: 'failed' });
    expect(fact(PAYMENT)).toMatchObject({ writtenBy: 'recovery' });
  });

  it.each(['{}', '"SUCCEEDED"', 'null', '{"status":"SUCCEEDED"}', 'not JSON', ''])(
    'does not guess what lies where its record belongs: %s',
    async (body) => {
      const { recovery, placeStep } = aRecovery();
      placeStep(body);
      const failed = recovery.failStep(EXECUTION, 'payment', FAILURE);
      await expect(failed).rejects.toBeInstanceOf(UnreadableFactError);
      await expect(failed).rejects.toMatchObject({ executionId: EXECUTION });
    },
  );

  it('says why, and for which attempt and request', async () => {
    const { recovery, fact, clock, logger } = aRecovery();
    const failure = { ...FAILURE, attempt: 3, requestId: 'request-3' };
    expect(await recovery.failStep(EXECUTION, 'payment', failure)).toMatchObject({ outcome: 'failed' });
    expect(fact(PAYMENT)).toEqual({
      executionId: EXECUTION,
      step: 'payment',
      attempt: 3,
      status: 'FAILED',
      endedAt: clock.now(),
      requestId: 'request-3',
      writtenBy: 'recovery',
      failure,
    });
    expect(logger.events.map(({ message }) => message)).toEqual(['step failed']);
  });

  it('is done by one of two monitors, and both go on from it', async () => {
    const { aMonitor, logger } = aRecovery();
    const outcomes = await Promise.all(
      [aMonitor(), aMonitor()].map(({ recovery }) => recovery.failStep(EXECUTION, 'payment', FAILURE)),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['already-failed', 'failed']);
    expect(logger.events.filter(({ message }) => message === 'step failed')).toHaveLength(1);
  });
});

describe('recovery that fails', () => {
  it('is refused where nothing failed', async () => {
    const done: string[] = [];
    const { recoverOnce, facts } = aRecovery({ handlers: () => [aHandler({ done })] });
    await expect(recoverOnce()).rejects.toThrow(`execution ${EXECUTION} has no recorded failure`);
    expect(done).toEqual([]);
    expect(facts()).toEqual(['confirm-order.json']);
  });

  it('is refused at the start when a handler undoes a step that is not there', () => {
    expect(() => aRecovery({ handlers: () => [aHandler({ step: 'deliver' })] })).toThrow(/no step "deliver"/);
  });

  it('does not count what the check does not confirm', async () => {
    const done: string[] = [];
    const check = () => Promise.resolve({ isUndone: false, state: { units: 2 } });
    const { recoverOnce, placeFailed, facts, fact } = aRecovery({ handlers: () => [aHandler({ check, done })] });
    placeFailed();
    expect(await recoverOnce()).toBe('attempt-failed');
    expect(done).toHaveLength(3);
    expect(facts()).not.toContain('recovery.json');
    expect(fact(recoveryAttemptKey(EXECUTION, 1))).toMatchObject({
      handler: 'undo-payment',
      message: 'undo-payment was done, and the state read back is not undone: {"units":2}',
    });
  });

  it('stops at the handler that failed, because the earlier steps come after it', async () => {
    const done: string[] = [];
    const { recoverOnce, placeFailed } = aRecovery({
      handlers: () => [
        aHandler({ step: 'confirm-order', done }),
        aHandler({ step: 'payment', done, undo: failing(new Error('no')) }),
      ],
    });
    placeFailed();
    expect(await recoverOnce()).toBe('attempt-failed');
    expect(new Set(done)).toEqual(new Set(['undo-payment']));
  });

  it.each([
    ['an error', new TypeError('x is not a function'), 'TypeError', 'x is not a function'],
    ['text', 'no luck', 'string', 'no luck'],
    ['nothing', undefined, 'undefined', 'undefined'],
    ['a long error', new Error('x'.repeat(5000)), 'Error', `${'x'.repeat(1023)}…`],
  ])('writes down what the handler threw: %s', async (_what, thrown, error, message) => {
    const { recoverOnce, placeFailed, fact } = aRecovery({ handlers: () => [aHandler({ undo: failing(thrown) })] });
    placeFailed();
    expect(await recoverOnce()).toBe('attempt-failed');
    expect(fact(recoveryAttemptKey(EXECUTION, 1))).toMatchObject({
      executionId: EXECUTION,
      attempt: 1,
      error,
      message,
    });
  });

  it("counts a state that cannot be written down as the handler's failure", async () => {
    const { recoverOnce, placeFailed, facts } = aRecovery({
      handlers: () => [aHandler({ undo: () => Promise.resolve({ units: 2n }) })],
    });
    placeFailed();
    expect(await recoverOnce()).toBe('attempt-failed');
    expect(facts()).toContain('recovery-attempt-1.json');
  });

  it('for ever ends as RECOVERY_FAILED after five tries, and is tried on', async () => {
    const { clock, execution, recoverOnce, placeFailed, facts, logger } = aRecovery({
      handlers: () => [aHandler({ undo: failing(new Error('never')) })],
    });
    placeFailed();
    const statuses: string[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      expect(await recoverOnce()).toBe('attempt-failed');
      statuses.push((await execution()).status);
      await clock.advance(60_000);
    }
    expect(statuses).toEqual([...Array<string>(4).fill('RECOVERING'), 'RECOVERY_FAILED', 'RECOVERY_FAILED']);
    expect(facts().filter((name) => name.startsWith('recovery'))).toEqual(
      [1, 2, 3, 4, 5, 6].map((attempt) => `recovery-attempt-${attempt}.json`),
    );
    expect(logger.events.filter(({ level }) => level === 'error')).toHaveLength(6);
  });

  it('says which request it answers, and answers none that came while it was under way', async () => {
    const { clock, store, recoverOnce, placeFailed, fact, execution } = aRecovery({
      handlers: ({ s3 }) => [
        aHandler({
          undo: async () => {
            // A person asks again during the second try.
            if (s3.keys(STATE_STORAGE_BUCKET).some((key) => key.endsWith('recovery-attempt-1.json'))) await ask(2);
            throw new Error('denied');
          },
        }),
      ],
    });
    const ask = (request: number) =>
      store.putRecoveryRequest({ executionId: EXECUTION, request, requestedAt: clock.now() });
    placeFailed();
    await recoverOnce();
    expect(fact(recoveryAttemptKey(EXECUTION, 1))).not.toHaveProperty('answersRequest');
    await ask(1);
    await recoverOnce();
    expect(fact(recoveryAttemptKey(EXECUTION, 2))).toMatchObject({ answersRequest: 1 });
    expect((await execution()).recovery).toMatchObject({ isRequested: true, nextRequest: 2 });
    await recoverOnce();
    expect((await execution()).recovery).toMatchObject({ isRequested: false, nextRequest: 3 });
  });

  it('in two monitors at once is one failed try', async () => {
    const { aMonitor, placeFailed, facts } = aRecovery({
      handlers: () => [aHandler({ undo: failing(new Error('no')) })],
    });
    placeFailed();
    const both = await Promise.all([aMonitor().recoverOnce(), aMonitor().recoverOnce()]);
    expect(both).toEqual(['attempt-failed', 'attempt-failed']);
    expect(facts().filter((name) => name.startsWith('recovery'))).toEqual(['recovery-attempt-1.json']);
  });
});

describe('recovery that heals', () => {
  function aHandlerThatHealsAfter(failures: number) {
    let left = failures;
    return aHandler({
      undo: async () => {
        if (left > 0) {
          left -= 1;
          throw new Error('not yet');
        }
        return 'before';
      },
    });
  }

  it('within one try leaves no trace of the failures', async () => {
    const handler = aHandlerThatHealsAfter(2);
    const { recoverOnce, placeFailed, facts } = aRecovery({ handlers: () => [handler] });
    placeFailed();
    expect(await recoverOnce()).toBe('recovered');
    expect(facts()).toEqual(['confirm-order.json', 'payment.json', 'recovery.json']);
  });

  it('after failed tries ends FAILED and shows them', async () => {
    const handler = aHandlerThatHealsAfter(6);
    const { recoverFully } = aRecovery({ handlers: () => [handler] });
    const execution = await recoverFully();
    expect(execution.status).toBe('FAILED');
    expect(execution.recovery?.failures.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('ends FAILED even after it counted as RECOVERY_FAILED', async () => {
    const handler = aHandlerThatHealsAfter(3 * 7);
    const { recoverFully } = aRecovery({ handlers: () => [handler] });
    const execution = await recoverFully();
    expect(execution.status).toBe('FAILED');
    expect(execution.recovery?.failures).toHaveLength(7);
  });
});

describe('recovery', () => {
  it('undoes the last step first, and writes down what it found and what it read back', async () => {
    const { recoverOnce, placeFailed, fact, clock } = aRecovery({
      handlers: () => [aHandler({ step: 'confirm-order' }), aHandler({ step: 'payment' })],
    });
    placeFailed();
    expect(await recoverOnce()).toBe('recovered');
    expect(fact(recoveryKey(EXECUTION))).toEqual({
      executionId: EXECUTION,
      failedStep: 'payment',
      recoveredAt: clock.now(),
      actions: [
        { handler: 'undo-payment', step: 'payment', before: 'before', after: 'after' },
        { handler: 'undo-confirm-order', step: 'confirm-order', before: 'before', after: 'after' },
      ],
    });
  });

  it('in two monitors at once is one recovery record, and both know it done', async () => {
    const { aMonitor, placeFailed, facts, logger, fact } = aRecovery({ handlers: () => [aHandler()] });
    placeFailed();
    const both = await Promise.all([aMonitor().recoverOnce(), aMonitor().recoverOnce()]);
    expect(both).toEqual(['recovered', 'recovered']);
    expect(facts()).toEqual(['confirm-order.json', 'payment.json', 'recovery.json']);
    expect(logger.events.filter(({ message }) => message === 'execution recovered')).toHaveLength(1);
    expect((fact(recoveryKey(EXECUTION)) as { actions: unknown[] }).actions).toHaveLength(1);
  });

  it('done again changes nothing', async () => {
    const { recoverOnce, placeFailed, fact, clock } = aRecovery({ handlers: () => [aHandler()] });
    placeFailed();
    await recoverOnce();
    const first = fact(recoveryKey(EXECUTION));
    await clock.advance(5000);
    expect(await recoverOnce()).toBe('recovered');
    expect(fact(recoveryKey(EXECUTION))).toEqual(first);
  });

  it('is done at once where the application undoes nothing', async () => {
    const { recoverFully } = aRecovery();
    expect((await recoverFully()).status).toBe('FAILED');
  });

  it('tells the handlers which execution and what failed', async () => {
    const told: unknown[] = [];
    const undo = (input: unknown) => Promise.resolve(told.push(input));
    const { recoverOnce, placeFailed } = aRecovery({ handlers: () => [aHandler({ undo })] });
    placeFailed();
    await recoverOnce();
    expect(told).toMatchObject([
      {
        execution: { executionId: EXECUTION, input: { itemId: 'chair' } },
        failure: { step: 'payment', kind: 'TYPE_ERROR' },
      },
    ]);
    expect(JSON.stringify(told)).not.toContain(OTHER_EXECUTION);
  });
});
