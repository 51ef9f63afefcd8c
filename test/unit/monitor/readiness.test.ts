import { describe, expect, it } from 'vitest';
import { complaints, type ReadinessFacts } from '../../../monitor/readiness.ts';
import { WorkRecord } from '../../../monitor/work-record.ts';
import { s3Error } from '../../support/memory-s3.ts';

const NOW = 1_767_225_600_000;
const WELL = { doneAt: NOW - 1_000, failuresInARow: 0, lastError: undefined };
const facts = (some: Partial<ReadinessFacts>): ReadinessFacts => ({
  startedAt: NOW - 3_600_000,
  logGroup: 'steps',
  log: WELL,
  failedEventsQueue: 'https://sqs/1/failed',
  failedEvents: WELL,
  sweep: WELL,
  ...some,
});

describe('the readiness of the monitor', () => {
  it.each([
    [
      'a log group that may no longer be read',
      { log: { doneAt: NOW - 4_000, failuresInARow: 2, lastError: 'AccessDeniedException: not authorized.' } },
      ['The log group steps has not been read for 4 s; the last error was: AccessDeniedException: not authorized.'],
    ],
    [
      'a poller that hangs without an error',
      { log: { ...WELL, doneAt: NOW - 30_001 } },
      ['The log group steps has not been read for 30 s.'],
    ],
    [
      'a log group that shows nothing new',
      { blindSinceAt: NOW - 40_000 },
      ['For 40 s nothing new has become visible in the log group steps in time.'],
    ],
    [
      'a log group that takes nothing in',
      {
        blindSinceAt: NOW - 40_000,
        canaryError: Object.assign(s3Error('AccessDeniedException', 400), { message: 'User may not.' }),
      },
      [
        "For 40 s nothing new has become visible in the log group steps in time; a line of the monitor's own could not be written: AccessDeniedException: User may not.",
      ],
    ],
    [
      'a log group that cannot be read, in which nothing can be seen either',
      { blindSinceAt: NOW - 40_000, log: { ...WELL, doneAt: NOW - 160_000 } },
      ['The log group steps has not been read for 160 s.'],
    ],
    ['a canary that failed while functions write', { canaryError: new Error('no') }, []],
    [
      'a bucket that is gone',
      {
        sweep: {
          doneAt: NOW - 90_000,
          failuresInARow: 3,
          lastError: 'could not list orders/ in bucket app: NoSuchBucket',
        },
      },
      [
        'The sweep has not compared orders with results for 90 s; the last error was: could not list orders/ in bucket app: NoSuchBucket.',
      ],
    ],
    [
      'a queue of failed events that is gone',
      { failedEvents: { doneAt: NOW - 5_000, failuresInARow: 2, lastError: 'QueueDoesNotExist: there is none.' } },
      [
        'The queue https://sqs/1/failed has not been read for 5 s; the last error was: QueueDoesNotExist: there is none.',
      ],
    ],
    [
      'a receive that hangs without an error',
      { failedEvents: { ...WELL, doneAt: NOW - 60_001 } },
      ['The queue https://sqs/1/failed has not been read for 60 s.'],
    ],
    [
      'a sweep that does not end',
      { sweep: { ...WELL, doneAt: NOW - 180_001 } },
      ['The sweep has not compared orders with results for 180 s.'],
    ],
    [
      'a monitor that has just started',
      {
        startedAt: NOW - 200,
        log: { ...WELL, doneAt: undefined },
        sweep: { doneAt: undefined, failuresInARow: 1, lastError: 'could not list orders/ in bucket app: SlowDown' },
      },
      [
        'The log group steps has not been read since the start 0 s ago.',
        'The sweep has not compared orders with results since the start 0 s ago; the last error was: could not list orders/ in bucket app: SlowDown.',
      ],
    ],
    ['one failure after a success', { log: { ...WELL, failuresInARow: 1, lastError: 'Rate exceeded' } }, []],
    ['work that goes well', {}, []],
    ['work that was done a moment ago', { log: { ...WELL, doneAt: NOW - 30_000 } }, []],
  ])('with %s', (_what, some, expected) => {
    expect(complaints(facts(some), NOW)).toEqual(expected);
  });
});

describe('the record of repeated work', () => {
  it('keeps the last error in the words of whoever said it, and counts', () => {
    const record = new WorkRecord();
    record.done(NOW);
    record.failed(Object.assign(s3Error('AccessDeniedException', 400), { message: 'User may not' }));
    expect(record.facts).toEqual({ doneAt: NOW, failuresInARow: 1, lastError: 'AccessDeniedException: User may not' });
    record.failed(new Error('log group steps does not exist'));
    expect(record.facts).toMatchObject({ failuresInARow: 2, lastError: 'log group steps does not exist' });
  });

  it('forgets errors once it is done again', () => {
    const record = new WorkRecord();
    record.failed(new Error('down'));
    record.done(NOW);
    expect(record.facts).toEqual({ doneAt: NOW, failuresInARow: 0, lastError: undefined });
  });
});
