import { describe, expect, it } from 'vitest';
import { Attribution, type AttributionOptions } from '../../../monitor/attribution.ts';
import { CONFIRM_STREAM, EXECUTION, OTHER_EXECUTION, PAYMENT_STREAM, REQUEST, STEP_FUNCTIONS } from './builders.ts';

const PAYMENT = 'payment-function';
const ANOTHER_STREAM = PAYMENT_STREAM.replace('0123', 'ffff');
const attempt = { executionId: EXECUTION, step: 'payment', attempt: 1 };

function theAttribution(options: Partial<AttributionOptions> = {}) {
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  return new Attribution({ functionOf, ...options });
}

describe('attribution by the first line of an invocation', () => {
  it('lets a second stream speak once its own first line names the same attempt: Lambda ran the event again', () => {
    const attribution = theAttribution();
    attribution.learnFromLog(REQUEST, attempt, PAYMENT_STREAM, PAYMENT);
    expect(attribution.find(REQUEST, ANOTHER_STREAM, PAYMENT)).toBeUndefined();
    attribution.learnFromLog(REQUEST, attempt, ANOTHER_STREAM, PAYMENT);
    expect(attribution.find(REQUEST, ANOTHER_STREAM, PAYMENT)).toEqual(attempt);
    expect(attribution.find(REQUEST, PAYMENT_STREAM, PAYMENT)).toEqual(attempt);
  });

  it.each([
    ['execution', { executionId: OTHER_EXECUTION }],
    ['attempt', { attempt: 2 }],
  ])('does not when it names another %s', (_what, other) => {
    const attribution = theAttribution();
    attribution.learnFromLog(REQUEST, attempt, PAYMENT_STREAM, PAYMENT);
    attribution.learnFromLog(REQUEST, { ...attempt, ...other }, ANOTHER_STREAM, PAYMENT);
    expect(attribution.find(REQUEST, ANOTHER_STREAM, PAYMENT)).toBeUndefined();
    expect(attribution.find(REQUEST, PAYMENT_STREAM, PAYMENT)).toEqual(attempt);
  });

  it('lets four streams speak for one request, and no fifth', () => {
    const attribution = theAttribution();
    const streams = ['1', '2', '3', '4', '5'].map((n) => PAYMENT_STREAM.replace('0123', n.repeat(4)));
    for (const stream of streams) attribution.learnFromLog(REQUEST, attempt, stream, PAYMENT);
    expect(streams.map((stream) => attribution.find(REQUEST, stream, PAYMENT) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('believes no step line of a function that is not wrapped', () => {
    const attribution = theAttribution({ unwrappedSteps: ['payment'] });
    attribution.learnFromLog(REQUEST, attempt, PAYMENT_STREAM, PAYMENT);
    expect(attribution.knows(REQUEST)).toBe(false);
  });

  it('forgets the oldest request beyond its capacity', () => {
    const attribution = theAttribution({ capacity: 1 });
    attribution.learnFromLog(REQUEST, attempt, PAYMENT_STREAM, PAYMENT);
    attribution.learnFromLog('another', attempt, PAYMENT_STREAM, PAYMENT);
    expect([attribution.knows(REQUEST), attribution.knows('another')]).toEqual([false, true]);
  });
});

describe('attribution by Lambda’s answer', () => {
  it('lets only the stream speak in which the invocation began', () => {
    const attribution = theAttribution();
    attribution.learnFromInvocation(REQUEST, { ...attempt, attempt: 2 });
    attribution.learnStart(REQUEST, CONFIRM_STREAM, 'confirm-function');
    attribution.learnStart(REQUEST, PAYMENT_STREAM, PAYMENT);
    attribution.learnStart(REQUEST, ANOTHER_STREAM, PAYMENT);
    expect(attribution.find(REQUEST, PAYMENT_STREAM, PAYMENT)).toMatchObject({ attempt: 2 });
    expect(attribution.find(REQUEST, ANOTHER_STREAM, PAYMENT)).toBeUndefined();
    expect(attribution.find(REQUEST, CONFIRM_STREAM, 'confirm-function')).toBeUndefined();
  });

  it('lets the function’s streams speak while the START has not been seen', () => {
    const attribution = theAttribution();
    attribution.learnFromInvocation(REQUEST, { ...attempt, attempt: 2 });
    expect(attribution.find(REQUEST, PAYMENT_STREAM, PAYMENT)).toMatchObject({ attempt: 2 });
    expect(attribution.find(REQUEST, CONFIRM_STREAM, 'confirm-function')).toBeUndefined();
  });
});
