import { describe, expect, it, vi } from 'vitest';
import { runToExit, type Command } from '../../../platform/run-to-exit.ts';
import { FakeProcess } from '../../support/fake-process.ts';

/** Closers that note what they were told. */
function closing(names: readonly string[]) {
  const closed: (readonly [name: string, exitCode: number | undefined])[] = [];
  const closers = names.map((name) => ({ name, close: (code: number | undefined) => void closed.push([name, code]) }));
  return { closed, closers };
}

function start(command: Omit<Command, 'name' | 'closeTimeoutMs' | 'target'>) {
  const target = new FakeProcess();
  const ending = runToExit({ name: 'test', closeTimeoutMs: 5_000, ...command, target });
  return { target, ending };
}

/** Runs until it is interrupted, and then fails as whatever is under way does. */
const untilInterrupted = (signal: AbortSignal): Promise<number> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('connection lost')), { once: true });
  });

describe('a command', () => {
  it('closes what it started in the order given, and exits with the code of its run', async () => {
    const { closed, closers } = closing(['processes', 'files']);
    const { target, ending } = start({ run: () => Promise.resolve(3), closers });
    await ending;
    expect(target.exits).toEqual([3]);
    expect(closed).toEqual([
      ['processes', 3],
      ['files', 3],
    ]);
  });

  it('that fails says of what before it closes, and exits with the code of that failure', async () => {
    const { closed, closers } = closing(['processes']);
    const told: unknown[] = [];
    const error = new Error('no such thing');
    const tellFailure = (failure: unknown) => {
      told.push(failure, [...closed]);
      return 2;
    };
    const { target, ending } = start({ run: () => Promise.reject(error), closers, tellFailure });
    await ending;
    expect(told).toEqual([error, []]);
    expect(closed).toEqual([['processes', 2]]);
    expect(target.exits).toEqual([2]);
  });

  it('that fails and says nothing of its own shows the stack, and exits with 1', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const { target, ending } = start({ run: () => Promise.reject(new TypeError('a bug')) });
      await ending;
      expect(target.exits).toEqual([1]);
      expect(written.mock.calls.flat().join('')).toMatch(/^TypeError: a bug\n +at /);
    } finally {
      written.mockRestore();
    }
  });

  it('exits with its code for failures when something cannot be closed, whatever its run gave', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const closers = [{ name: 'processes', close: () => Promise.reject(new Error('still there')) }];
      const { target, ending } = start({ run: () => Promise.resolve(0), closers, failureCode: 4 });
      await ending;
      expect(target.exits).toEqual([4]);
    } finally {
      written.mockRestore();
    }
  });
});

describe('an interrupted command', () => {
  it.each(['SIGINT', 'SIGTERM'])(
    'ends its run on %s, closes, and exits with 130 without a complaint',
    async (signal) => {
      const { closed, closers } = closing(['processes']);
      const tellFailure = () => expect.unreachable('what an interrupted run fails of is told');
      const { target, ending } = start({ run: untilInterrupted, closers, tellFailure });
      target.emit(signal);
      await ending;
      expect(target.exits).toEqual([130]);
      expect(closed).toEqual([['processes', undefined]]);
    },
  );

  it('still tells of an error that has to be told anyway', async () => {
    const { closed, closers } = closing(['processes']);
    const { target, ending } = start({
      run: untilInterrupted,
      closers,
      tellFailure: () => 1,
      isToldAnyway: (error) => error instanceof Error && error.message === 'connection lost',
    });
    target.emit('SIGINT');
    await ending;
    expect(closed).toEqual([['processes', 1]]);
    expect(target.exits).toEqual([1]);
  });

  it('closes nothing before its run has ended', async () => {
    const { closed, closers } = closing(['processes']);
    let endRun: (code: number) => void = () => undefined;
    const run = () => new Promise<number>((resolve) => (endRun = resolve));
    const { target, ending } = start({ run, closers });
    target.emit('SIGINT');
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toEqual([]);
    endRun(0);
    await ending;
    expect(closed).toEqual([['processes', 0]]);
    expect(target.exits).toEqual([0]);
  });
});
