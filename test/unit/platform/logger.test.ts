import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../platform/logger.ts';
import type { Logger, LogLevel } from '../../../platform/logger.ts';

function aLogger(level: LogLevel = 'debug'): { logger: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const logger = createLogger({ name: 'monitor', level, destination: { write: (line) => written.push(line) } });
  return { logger, lines: () => written.map((line) => JSON.parse(line)) };
}

describe('the logger', () => {
  it('writes one JSON line an event, with its level as a word and its time as an instant', () => {
    const written: string[] = [];
    const logger = createLogger({
      name: 'monitor',
      level: 'info',
      destination: { write: (line) => written.push(line) },
    });
    logger.info('Poll ended', { events: 3, text: 'two\nlines' });
    expect(written).toHaveLength(1);
    expect(written[0]?.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      name: 'monitor',
      events: 3,
      text: 'two\nlines',
      message: 'Poll ended',
    });
  });

  it('binds identifiers once in a child', () => {
    const { logger, lines } = aLogger();
    logger.child({ executionId: 'e1' }).child({ step: 'payment' }).warn('Gave up');
    expect(lines()).toMatchObject([{ level: 'warn', executionId: 'e1', step: 'payment', message: 'Gave up' }]);
  });

  it('leaves out events below its level', () => {
    const { logger, lines } = aLogger('warn');
    logger.debug('no');
    logger.info('no');
    logger.warn('yes');
    logger.error('yes');
    expect(lines().map(({ level }) => level)).toEqual(['warn', 'error']);
  });

  it('prints an error with its causes and without what else hangs on it', () => {
    const { logger, lines } = aLogger();
    const cause = Object.assign(new TypeError('socket closed'), { $response: { body: 'secret' } });
    logger.error('Could not read', { error: new Error('no answer', { cause }) });
    const [line] = lines();
    expect(line?.['error']).toMatchObject({
      message: 'no answer',
      cause: { name: 'TypeError', message: 'socket closed' },
    });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it('ends although the causes of an error form a circle', () => {
    const { logger, lines } = aLogger();
    const error = new Error('round');
    error.cause = error;
    logger.error('Could not read', { error });
    expect(lines()).toHaveLength(1);
  });

  it.each([
    ['a text', 'x'.repeat(1_000_000)],
    ['a document', { items: Array.from({ length: 100_000 }, () => 'x') }],
    ['an error', new Error('x'.repeat(1_000_000))],
  ])('cuts %s that is a payload', (_name, value) => {
    const { logger, lines } = aLogger();
    logger.error('Could not read', { value });
    expect(lines()).toHaveLength(1);
    expect(JSON.stringify(lines()).length).toBeLessThan(20_000);
  });

  it('logs a value that has no JSON instead of failing', () => {
    const { logger, lines } = aLogger();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger.info('Odd', { circle });
    expect(lines()).toMatchObject([{ message: 'Odd' }]);
  });
});
