import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDestinationRecord } from '../../../../monitor/destination/destination-record.ts';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { aTriggerEvent } from '../../../support/a-trigger-event.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { aDestinationRecord, functionArn, GAVE_UP_AT, paymentEvent, READING } from './a-destination-record.ts';
import { EXECUTION, OTHER_EXECUTION, REQUEST } from '../builders.ts';

const read = (record: unknown) => readDestinationRecord(JSON.stringify(record), READING);
const eventOf = (bucket: string, key: string) => ({ requestPayload: aTriggerEvent(bucket, key) });
const order = orderKey(EXECUTION);
const confirmed = stepRecordKey(EXECUTION, 'confirm-order');

describe('a record that is none of this workflow’s', () => {
  const NO_RECORD = 'not a record of a failed event';
  const NO_FUNCTION = 'not of a function of this workflow';
  const NO_TRIGGER = 'not an event that starts a step';
  const OTHER_TRIGGER = 'not the event that starts this step';
  it.each<readonly [string, unknown, string]>([
    ['a success', aDestinationRecord({}, { condition: 'Success' }), NO_RECORD],
    ['a record without a condition', aDestinationRecord({}, { condition: undefined }), NO_RECORD],
    ['a request id that is none', aDestinationRecord({}, { requestId: 'undefined' }), NO_RECORD],
    ['a time that is none', aDestinationRecord({ timestamp: 'yesterday' }), NO_RECORD],
    ['the bare event, as a dead-letter queue gets it', paymentEvent(), NO_RECORD],
    ['a list', [aDestinationRecord()], NO_RECORD],
    ['another function', aDestinationRecord({}, { functionArn: functionArn('other') }), NO_FUNCTION],
    [
      'a function that bears a step’s name inside its own',
      aDestinationRecord({}, { functionArn: functionArn('my-payment-function') }),
      NO_FUNCTION,
    ],
    ['a name instead of an ARN', aDestinationRecord({}, { functionArn: 'payment-function' }), NO_FUNCTION],
    [
      'an ARN of another service',
      aDestinationRecord({}, { functionArn: 'arn:aws:states:eu-west-1:123456789012:function:payment-function' }),
      NO_FUNCTION,
    ],
    ['an event typed into the console', aDestinationRecord({ requestPayload: { key1: 'value1' } }), NO_TRIGGER],
    ['an event as text', aDestinationRecord({ requestPayload: JSON.stringify(paymentEvent()) }), NO_TRIGGER],
    ['no event', aDestinationRecord({ requestPayload: undefined }), NO_RECORD],
    [
      'an event of two objects',
      aDestinationRecord({
        requestPayload: {
          Records: [
            ...(paymentEvent() as { Records: object[] }).Records,
            ...(paymentEvent() as { Records: object[] }).Records,
          ],
        },
      }),
      NO_TRIGGER,
    ],
    [
      'an object of no execution',
      aDestinationRecord(eventOf(STATE_STORAGE_BUCKET, 'control/watermark.json')),
      NO_TRIGGER,
    ],
    [
      'an attempt that is no number',
      aDestinationRecord({ requestPayload: { ...paymentEvent(), attempt: '2' } }),
      NO_TRIGGER,
    ],
    ['the order, which starts another step', aDestinationRecord(eventOf(APP_STORE_BUCKET, order)), OTHER_TRIGGER],
    [
      'the step’s own record',
      aDestinationRecord(eventOf(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment'))),
      OTHER_TRIGGER,
    ],
    ['the right key in a foreign bucket', aDestinationRecord(eventOf('elsewhere', confirmed)), OTHER_TRIGGER],
    ['the right key in the other store', aDestinationRecord(eventOf(APP_STORE_BUCKET, confirmed)), OTHER_TRIGGER],
  ])('is not guessed at: %s', (_what, record, why) => {
    expect(read(record)).toEqual({ kind: 'not-understood', why });
  });

  it('is not guessed at: text that is no JSON', () => {
    for (const body of ['', 'hello', '{"version":"1.0"', 'null', '[['.repeat(100_000)]) {
      expect(readDestinationRecord(body, READING)).toEqual({ kind: 'not-understood', why: NO_RECORD });
    }
  });

  it('never throws, whatever it holds, and names no execution but that of the event', () => {
    // Parts of a real record in the wrong places find more than noise does.
    const parts = fc.oneof(
      fc.jsonValue(),
      fc.string({ maxLength: 2_000 }),
      fc.constantFrom<unknown>(
        REQUEST,
        functionArn('payment-function'),
        confirmed,
        paymentEvent(2),
        'Task timed out after 3.00 seconds',
        'REPORT RequestId: ',
        '\u001b[31m\n',
      ),
    );
    const hostile = fc.record(
      {
        version: parts,
        timestamp: fc.oneof(parts, fc.constant('2026-01-01T00:00:00.000Z')),
        requestContext: fc.oneof(
          parts,
          fc.record({
            requestId: fc.oneof(parts, fc.constant(REQUEST)),
            functionArn: fc.oneof(parts, fc.constant(functionArn('payment-function'))),
            condition: fc.oneof(parts, fc.constantFrom('RetriesExhausted', 'EventAgeExceeded')),
          }),
        ),
        requestPayload: fc.oneof(parts, fc.constant(paymentEvent())),
        responseContext: fc.oneof(parts, fc.record({ statusCode: parts })),
        responsePayload: fc.oneof(parts, fc.record({ errorType: parts, errorMessage: parts }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: hostile }, { weight: 1, arbitrary: parts }), (record) => {
        const found = readDestinationRecord(typeof record === 'string' ? record : JSON.stringify(record), READING);
        if (found.kind === 'not-understood') return;
        expect(found).toMatchObject({ executionId: EXECUTION, step: 'payment' });
        expect(found.failure.error.length).toBeLessThanOrEqual(128);
        expect(found.failure.message.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a record of a failed event', () => {
  it('names the execution of the original event, the step of the function, the first attempt, the request', () => {
    expect(read(aDestinationRecord())).toEqual({
      kind: 'failed',
      executionId: EXECUTION,
      step: 'payment',
      attempt: 1,
      requestId: REQUEST,
      gaveUpAt: GAVE_UP_AT,
      failure: { kind: 'TYPE_ERROR', error: 'TypeError', message: 'x is not a function' },
    });
  });

  it('names the attempt that the monitor wrote beside the event', () => {
    expect(read(aDestinationRecord({ requestPayload: paymentEvent(3, OTHER_EXECUTION) }))).toMatchObject({
      executionId: OTHER_EXECUTION,
      attempt: 3,
    });
  });

  it('of the first step has the order as its event, with or without a version in the ARN', () => {
    const arn = 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:confirm-function';
    const record = aDestinationRecord(eventOf(APP_STORE_BUCKET, order), { functionArn: arn });
    expect(read(record)).toMatchObject({ executionId: EXECUTION, step: 'confirm-order' });
  });

  it('tells two steps of one function apart by the event', () => {
    const same = { functionName: 'both', timeoutMs: 3000 };
    const reading = { ...READING, stepFunctions: { 'confirm-order': same, payment: same } };
    const record = aDestinationRecord({}, { functionArn: functionArn('both') });
    expect(readDestinationRecord(JSON.stringify(record), reading)).toMatchObject({ step: 'payment' });
  });
});
