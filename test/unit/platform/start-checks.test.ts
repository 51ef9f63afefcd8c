import { describe, expect, it } from 'vitest';
import { ConfigurationError, describeStartFailure } from '../../../platform/configuration-error.ts';
import { runStartChecks, type StartCheck } from '../../../platform/start-checks.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const fatal =
  (why: string): StartCheck =>
  () =>
    Promise.resolve({ isFatal: true, why });
const passing =
  (why: string): StartCheck =>
  () =>
    Promise.resolve({ isFatal: false, why });
const fine: StartCheck = () => Promise.resolve(undefined);

function theStart() {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  return { clock, logger, run: (...checks: StartCheck[]) => runStartChecks(checks, { clock, logger }) };
}

describe('the checks at the start', () => {
  it('refuse to start with everything that has to be put right', async () => {
    const refused = theStart().run(fatal('bucket a does not exist (A)'), fine, fatal('bucket b does not exist (B)'));
    await expect(refused).rejects.toThrow(
      new ConfigurationError(['bucket a does not exist (A)', 'bucket b does not exist (B)']),
    );
  });

  it('log what may pass, and start', async () => {
    const { run, logger } = theStart();
    await run(passing('S3 cannot be reached'), fine);
    expect(logger.events).toMatchObject([{ level: 'warn', fields: { why: 'S3 cannot be reached' } }]);
  });

  it('do not wait longer than five seconds for an answer', async () => {
    const { run, clock, logger } = theStart();
    const running = run(() => new Promise(() => undefined));
    await clock.untilSleeping();
    await clock.advance(5_000);
    await running;
    expect(logger.events).toMatchObject([{ level: 'warn', fields: { why: 'a check did not end within 5000 ms' } }]);
  });

  it('leave no timer behind', async () => {
    const { run, clock } = theStart();
    await run(fine, passing('x'));
    expect(clock.sleeping).toBe(0);
  });

  it('let a defect in a check through', async () => {
    await expect(theStart().run(() => Promise.reject(new TypeError('x is not a function')))).rejects.toThrow(TypeError);
  });
});

describe('a start that fails', () => {
  it('says in one line what has to be put right, and exits with EX_CONFIG', () => {
    const error = new ConfigurationError(['bucket xyz does not exist (STATE_STORAGE_BUCKET)', 'PORT is "http"']);
    expect(describeStartFailure('monitor', error)).toEqual({
      line: 'monitor: cannot start: bucket xyz does not exist (STATE_STORAGE_BUCKET); PORT is "http"\n',
      exitCode: 78,
    });
  });

  it('makes one line of whatever else went wrong, and exits with 1', () => {
    expect(describeStartFailure('coordinator', new Error('listen EADDRINUSE\n  127.0.0.1'))).toEqual({
      line: 'coordinator: cannot start: listen EADDRINUSE; 127.0.0.1\n',
      exitCode: 1,
    });
  });
});
