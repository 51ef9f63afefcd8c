import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptClaimKey, orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { readTriggerEvent, rebuildTriggerEvent } from '../../../workflow/trigger-event.ts';
import { aTriggerEvent } from '../../support/a-trigger-event.ts';
import { EXECUTION, T0 } from './builders.ts';

const KEY = orderKey(EXECUTION);

describe('trigger event', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', '{}'],
    ['S3’s own test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }],
    ['no record', { Records: [] }],
    ['two records', { Records: [...recordsOf(aTriggerEvent('b', KEY)), ...recordsOf(aTriggerEvent('b', KEY))] }],
    ['records that are no list', { Records: { length: 1 } }],
    ['a key that is no text', aTriggerEvent('b', 7 as unknown as string)],
    ['a key of another folder', aTriggerEvent('b', 'items/seat.json')],
    ['the empty key', aTriggerEvent('b', '')],
    ['a key that leads out', aTriggerEvent('b', `executions/${EXECUTION}/../x.json`)],
    ['a key that is encoded wrongly', aTriggerEvent('b', 'orders/%zz.json')],
    ['a key cut off within a character', aTriggerEvent('b', 'orders/%E4%B8.json')],
    ['no time', { Records: recordsOf(aTriggerEvent('b', KEY)).map((record) => ({ ...record, eventTime: 'today' })) }],
    ['attempt 1, which no retry bears', aTriggerEvent('b', KEY, { attempt: 1 })],
    ['half an attempt', aTriggerEvent('b', KEY, { attempt: 2.5 })],
    ['a million attempts', aTriggerEvent('b', KEY, { attempt: 1_000_000 })],
    ['an attempt that is a text', aTriggerEvent('b', KEY, { attempt: '2' as unknown as number })],
  ])('is refused with a TypeError: %s', (_, event) => {
    expect(() => readTriggerEvent(event)).toThrow(TypeError);
  });

  it('says where a refused event is wrong', () => {
    expect(() => readTriggerEvent({ Records: [{ eventTime: 'x', s3: { bucket: {}, object: { key: 'k' } } }] })).toThrow(
      /Records\.0\.s3\.bucket\.name/,
    );
  });

  it('does not repeat an endless key in its refusal', () => {
    const refusal = catching(() => readTriggerEvent(aTriggerEvent('b', 'x'.repeat(100_000))));
    expect(refusal.message.length).toBeLessThan(400);
  });

  it('is S3’s first notification when it bears no attempt', () => {
    expect(readTriggerEvent(aTriggerEvent('store', KEY, { at: T0 + 1234 }))).toEqual({
      executionId: EXECUTION,
      bucket: 'store',
      key: KEY,
      triggeredAt: T0 + 1234,
      attempt: 1,
    });
  });

  it('may be encoded as S3 encodes keys, every character of it', () => {
    const encoded = [...KEY].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    expect(readTriggerEvent(aTriggerEvent('b', encoded)).key).toBe(KEY);
  });

  it('is encoded as forms are: a plus stands for a space', () => {
    const event = aTriggerEvent('b', 'orders/a+b%2Bc.json');
    expect(() => readTriggerEvent(event)).toThrow(`"orders/a b+c.json" belongs to no execution`);
  });

  it('is read back as it was rebuilt', () => {
    const anyKey = fc.constantFrom(KEY, stepRecordKey(EXECUTION, 'reserve'), attemptClaimKey(EXECUTION, 'pay', 2));
    const anyTrigger = fc.record({
      executionId: fc.constant(EXECUTION),
      bucket: fc.string(),
      key: anyKey,
      triggeredAt: fc.integer({ min: 0, max: 2 ** 42 }),
      attempt: fc.integer({ min: 2, max: 9999 }),
    });
    fc.assert(
      fc.property(anyTrigger, (trigger) => {
        expect(readTriggerEvent(JSON.parse(JSON.stringify(rebuildTriggerEvent(trigger))))).toEqual(trigger);
      }),
    );
  });

  it('shows functions that know nothing of attempts what S3 would have shown them', () => {
    const rebuilt = rebuildTriggerEvent({ executionId: EXECUTION, bucket: 'b', key: KEY, triggeredAt: T0, attempt: 2 });
    expect(rebuilt).toEqual(aTriggerEvent('b', KEY, { at: T0, attempt: 2 }));
  });
});

function recordsOf(event: object): object[] {
  return (event as { Records: object[] }).Records;
}

function catching(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
