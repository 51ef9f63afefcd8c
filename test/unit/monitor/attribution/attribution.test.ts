import { describe, expect, it } from 'vitest';
import { Attribution, type AttributionOptions } from '../../../../monitor/attribution/attribution.ts';
import type { StepStarted } from '../../../../workflow/step-log.ts';
import { CONFIRM_STREAM, EXECUTION, OTHER_EXECUTION, PAYMENT_STREAM, REQUEST, STEP_FUNCTIONS } from '../builders.ts';

const ANOTHER_STREAM = PAYMENT_STREAM.replace('0123', 'ffff');
const attempt = { executionId: EXECUTION, step: 'payment', attempt: 1 };
const place = { timestamp: 1, page: 1, index: 1 };

function theAttribution(options: Partial<AttributionOptions> = {}) {
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  const attribution = new Attribution({ functionOf, ...options });
  /** A first line in the stream that it names. */
  const learn = (line: Partial<StepStarted> = {}, at = place) => {
    const logStream = line.logStream ?? PAYMENT_STREAM;
    attribution.learnFromLog(
      { event: 'step.started', requestId: REQUEST, ...attempt, logStream, ...line },
      logStream,
      at,
    );
  };
  return { attribution, learn };
}

describe('attribution by the first line of an invocation', () => {
  it('believes it in the stream that it names, and in no other', () => {
    const { attribution } = theAttribution();
    const line = { event: 'step.started', requestId: REQUEST, ...attempt, logStream: PAYMENT_STREAM } as const;
    attribution.learnFromLog(line, ANOTHER_STREAM, place);
    expect(attribution.knows(REQUEST)).toBe(false);
    attribution.learnFromLog(line, PAYMENT_STREAM, place);
    expect(attribution.find(REQUEST, PAYMENT_STREAM)).toMatchObject({ kind: 'first-line', attempt });
    expect(attribution.find(REQUEST, ANOTHER_STREAM)).toBeUndefined();
  });

  it('lets a second stream speak once its own first line names the same attempt: Lambda ran the event again', () => {
    const { attribution, learn } = theAttribution();
    learn();
    expect(attribution.find(REQUEST, ANOTHER_STREAM)).toBeUndefined();
    learn({ logStream: ANOTHER_STREAM });
    for (const stream of [PAYMENT_STREAM, ANOTHER_STREAM])
      expect(attribution.find(REQUEST, stream)).toMatchObject({ attempt });
  });

  it.each([
    ['execution', { executionId: OTHER_EXECUTION }],
    ['attempt', { attempt: 2 }],
  ])('does not when it names another %s', (_what, other) => {
    const { attribution, learn } = theAttribution();
    learn();
    learn({ ...other, logStream: ANOTHER_STREAM });
    expect(attribution.find(REQUEST, ANOTHER_STREAM)).toBeUndefined();
    expect(attribution.find(REQUEST, PAYMENT_STREAM)).toMatchObject({ attempt });
  });

  it('lets four streams speak for one request, and no fifth', () => {
    const { attribution, learn } = theAttribution();
    const streams = ['1', '2', '3', '4', '5'].map((n) => PAYMENT_STREAM.replace('0123', n.repeat(4)));
    for (const logStream of streams) learn({ logStream });
    expect(streams.map((stream) => attribution.find(REQUEST, stream) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('remembers where it stood first: what repeats it later begins nothing', () => {
    const { attribution, learn } = theAttribution();
    const firstLineAt = () => attribution.find(REQUEST, PAYMENT_STREAM);
    learn({}, { ...place, timestamp: 20 });
    learn({}, { ...place, timestamp: 30 });
    expect(firstLineAt()).toMatchObject({ firstLineAt: { timestamp: 20 } });
    learn({}, { ...place, timestamp: 10 });
    expect(firstLineAt()).toMatchObject({ firstLineAt: { timestamp: 10 } });
  });

  it('believes no step line of a function that is not wrapped', () => {
    const { attribution, learn } = theAttribution({ unwrappedSteps: ['payment'] });
    learn();
    expect(attribution.knows(REQUEST)).toBe(false);
  });

  it('forgets requests beyond its capacity', () => {
    const { attribution, learn } = theAttribution({ capacity: 2 });
    learn();
    for (const requestId of ['another', 'a third']) learn({ requestId });
    expect([REQUEST, 'another', 'a third'].map((id) => attribution.knows(id))).toEqual([false, true, true]);
  });
});

describe('attribution by Lambda’s answer', () => {
  it('says whose the request is in streams of the step’s function, and that no first line proves it', () => {
    const { attribution } = theAttribution();
    attribution.learnFromInvocation(REQUEST, { ...attempt, attempt: 2 });
    expect(attribution.find(REQUEST, PAYMENT_STREAM)).toEqual({ kind: 'answer', attempt: { ...attempt, attempt: 2 } });
    expect(attribution.find(REQUEST, CONFIRM_STREAM)).toBeUndefined();
  });

  it('gives way to the first line of the same attempt: then only its stream may speak', () => {
    const { attribution, learn } = theAttribution();
    attribution.learnFromInvocation(REQUEST, attempt);
    learn();
    expect(attribution.find(REQUEST, PAYMENT_STREAM)).toMatchObject({ kind: 'first-line' });
    expect(attribution.find(REQUEST, ANOTHER_STREAM)).toBeUndefined();
  });

  it('is believed before a first line that names another attempt', () => {
    const { attribution, learn } = theAttribution();
    attribution.learnFromInvocation(REQUEST, attempt);
    learn({ executionId: OTHER_EXECUTION });
    expect(attribution.find(REQUEST, PAYMENT_STREAM)).toEqual({ kind: 'answer', attempt });
  });
});
