import { describe, expect, it } from 'vitest';
import { RECOVERY_METRICS } from '../../../recovery/metric-names.ts';
import { MAX_RECOVERY_ATTEMPTS } from '../../../workflow/execution.ts';
import { aFailedRecord, aFailure, EXECUTION } from '../monitor/builders.ts';
import { aHandler, aRecovery } from './a-recovery.ts';

const TYPE_ERROR = aFailure({ kind: 'TYPE_ERROR' });

describe('what recovery counts', () => {
  it('is one fault, by its kind, when several monitors fail a step', async () => {
    const { aMonitor, metrics } = aRecovery();
    for (const { recovery } of [aMonitor(), aMonitor()]) await recovery.failStep(EXECUTION, 'payment', TYPE_ERROR);
    expect(metrics.counted).toEqual([
      { name: RECOVERY_METRICS.faults, value: 1, dimension: { name: 'FailureKind', value: 'TYPE_ERROR' } },
    ]);
  });

  it('is a fault although the answer to the write was lost', async () => {
    const { recovery, s3, metrics } = aRecovery();
    s3.fail('lost-response', { operation: 'PutObject' });
    await recovery.failStep(EXECUTION, 'payment', TYPE_ERROR);
    expect(metrics.total(RECOVERY_METRICS.faults)).toBe(1);
  });

  it('is no fault when the business said no, whoever writes it down', async () => {
    const { recovery, metrics } = aRecovery();
    await recovery.failStep(EXECUTION, 'payment', aFailure({ kind: 'REJECTED' }));
    expect(metrics.counted).toEqual([]);
  });

  it('is a failed execution and no fault when the function said no', async () => {
    const { placeStep, recoverOnce, metrics } = aRecovery({ handlers: () => [aHandler()] });
    placeStep(aFailedRecord('payment', { kind: 'REJECTED', signal: 'function' }));
    await recoverOnce();
    expect(metrics.total(RECOVERY_METRICS.faults)).toBe(0);
    expect(metrics.counted).toEqual([
      { name: RECOVERY_METRICS.executionsFailed, value: 1, dimension: { name: 'FailureKind', value: 'REJECTED' } },
    ]);
  });

  it('is one failed execution, when two monitors recover it at once', async () => {
    const { aMonitor, placeFailed, metrics } = aRecovery({ handlers: () => [aHandler()] });
    placeFailed();
    await Promise.all([aMonitor(), aMonitor()].map(({ recoverOnce }) => recoverOnce()));
    expect(metrics.total(RECOVERY_METRICS.executionsFailed)).toBe(1);
  });

  it('is the time from the detection to the written recovery', async () => {
    const { clock, placeStep, recoverOnce, metrics } = aRecovery({ handlers: () => [aHandler()] });
    placeStep(aFailedRecord('payment', { detectedAt: clock.now() }));
    await clock.advance(700);
    await recoverOnce();
    expect(metrics.durations).toEqual([{ name: RECOVERY_METRICS.recoveryLatency, value: 700 }]);
  });

  it('is one failed try when two monitors fail at once', async () => {
    const { aMonitor, placeFailed, metrics } = aRecovery({
      handlers: () => [aHandler({ undo: () => Promise.reject(new Error('S3 is down')) })],
    });
    placeFailed();
    await Promise.all([aMonitor(), aMonitor()].map(({ recoverOnce }) => recoverOnce()));
    expect(metrics.total(RECOVERY_METRICS.recoveryAttemptsFailed)).toBe(1);
  });

  it('is every try in which a handler failed, and once that recovery was given up', async () => {
    const left = { failures: 0 };
    const handler = aHandler({
      undo: async () => {
        if ((left.failures -= 1) >= 0) throw new Error('S3 is down');
      },
    });
    const { placeFailed, recoverFully, metrics } = aRecovery({ handlers: () => [handler] });
    placeFailed();
    // Three tries within each of them.
    left.failures = 3 * (MAX_RECOVERY_ATTEMPTS + 2);
    await recoverFully();
    expect(metrics.total(RECOVERY_METRICS.recoveryAttemptsFailed)).toBe(MAX_RECOVERY_ATTEMPTS + 2);
    expect(metrics.total(RECOVERY_METRICS.recoveriesGivenUp)).toBe(1);
    expect(metrics.total(RECOVERY_METRICS.executionsFailed)).toBe(1);
  });

  it('is once more that recovery was given up for every request that was in vain, and for no try of its own', async () => {
    const { placeFailed, recoverOnce, clock, store, metrics } = aRecovery({
      handlers: () => [aHandler({ undo: () => Promise.reject(new Error('denied')) })],
    });
    placeFailed();
    for (let attempt = 1; attempt <= MAX_RECOVERY_ATTEMPTS + 1; attempt += 1) await recoverOnce();
    expect(metrics.total(RECOVERY_METRICS.recoveriesGivenUp)).toBe(1);
    await store.putRecoveryRequest({ executionId: EXECUTION, request: 1, requestedAt: clock.now() });
    await recoverOnce();
    await recoverOnce();
    expect(metrics.total(RECOVERY_METRICS.recoveriesGivenUp)).toBe(2);
  });
});
