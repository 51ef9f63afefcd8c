import { describe, expect, it } from 'vitest';
import { installShutdown } from '../../../platform/shutdown.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeProcess } from '../../support/fake-process.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import type { Shutdown } from '../../../platform/shutdown.ts';

const TIMEOUT_MS = 5000;

function aShutdown(): { target: FakeProcess; clock: FakeClock; logger: RecordingLogger; shutdown: Shutdown } {
  const [target, clock, logger] = [new FakeProcess(), new FakeClock(), new RecordingLogger()];
  return { target, clock, logger, shutdown: installShutdown({ logger, clock, timeoutMs: TIMEOUT_MS, target }) };
}

const forever = (): Promise<void> => new Promise(() => {});

describe('a graceful shutdown', () => {
  it.each(['SIGTERM', 'SIGINT'])(
    'closes the newest first, one after another, on %s and exits with 0',
    async (signal) => {
      const { target, shutdown } = aShutdown();
      const closed: string[] = [];
      shutdown.onClose('store', () => void closed.push('store'));
      shutdown.onClose('server', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        closed.push('server');
      });
      target.emit(signal);
      await expect(target.exited).resolves.toBe(0);
      expect(closed).toEqual(['server', 'store']);
    },
  );

  it('closes the others when one cannot be closed, and exits with 1', async () => {
    const { target, shutdown, logger } = aShutdown();
    const closed: string[] = [];
    shutdown.onClose('store', () => void closed.push('store'));
    shutdown.onClose('server', () => Promise.reject(new Error('still busy')));
    target.emit('SIGTERM');
    await expect(target.exited).resolves.toBe(1);
    expect(closed).toEqual(['store']);
    expect(logger.events).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ part: 'server' }) }),
    );
  });

  it('exits with 1 when the time is up, naming what is still open', async () => {
    const { target, clock, shutdown, logger } = aShutdown();
    shutdown.onClose('store', forever);
    shutdown.onClose('server', forever);
    target.emit('SIGTERM');
    await clock.untilSleeping();
    await clock.advance(TIMEOUT_MS);
    await expect(target.exited).resolves.toBe(1);
    expect(logger.events.at(-1)).toMatchObject({ level: 'error', fields: { open: ['server', 'store'] } });
  });

  it('aborts its signal, so that loops and sleeps end', () => {
    const { target, shutdown } = aShutdown();
    expect(shutdown.signal.aborted).toBe(false);
    target.emit('SIGTERM');
    expect(shutdown.signal.aborted).toBe(true);
  });

  it('closes once however often it is asked', async () => {
    const { target, shutdown } = aShutdown();
    let closed = 0;
    shutdown.onClose('server', () => void (closed += 1));
    await Promise.all([shutdown.close('done'), shutdown.close('done again')]);
    expect(closed).toBe(1);
    expect(target.exits).toEqual([0]);
  });

  it('refuses to register what nobody would close any more', async () => {
    const { shutdown } = aShutdown();
    await shutdown.close('done');
    expect(() => shutdown.onClose('server', () => {})).toThrow('Cannot register server');
  });
});

describe('a forceful shutdown', () => {
  it('exits at once on a second signal', async () => {
    const { target, clock, shutdown } = aShutdown();
    shutdown.onClose('server', forever);
    target.emit('SIGINT');
    await clock.advance(600);
    expect(target.exits).toEqual([]);
    target.emit('SIGINT');
    expect(target.exits).toEqual([1]);
  });

  it('takes one ctrl-C that arrives several times for one', async () => {
    const { target, clock, shutdown } = aShutdown();
    shutdown.onClose('server', forever);
    target.emit('SIGINT');
    await clock.advance(100);
    target.emit('SIGINT');
    target.emit('SIGTERM');
    expect(target.exits).toEqual([]);
  });

  it.each(['unhandledRejection', 'uncaughtException'])('logs an %s and exits at once with 1', (event) => {
    const { target, logger } = aShutdown();
    const error = new TypeError('a bug');
    target.emit(event, error);
    expect(target.exits).toEqual([1]);
    expect(logger.events).toMatchObject([{ level: 'error', fields: { error, reason: event } }]);
  });
});
