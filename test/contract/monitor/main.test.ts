import { afterEach, describe, expect, it } from 'vitest';
import { scriptedAws, type ScriptedAnswers, type ScriptedAws } from '../../support/scripted-aws.ts';
import { BASE_ENVIRONMENT, jsonLines, startProcess, type StartedProcess } from '../../support/started-process.ts';
import { STEP_FUNCTIONS } from '../../unit/monitor/builders.ts';

const SETTINGS = {
  ...BASE_ENVIRONMENT,
  STACK_NAME: 'orders',
  APP_STORE_BUCKET: 'app-store',
  STATE_STORAGE_BUCKET: 'state-storage',
  LOG_GROUP: 'steps',
  FAILED_EVENTS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/failed',
  STEP_FUNCTIONS: JSON.stringify(STEP_FUNCTIONS),
  EVIDENCE_SLACK_MS: '1000',
  ORDER_RETENTION_DAYS: '30',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  // Nothing listens there.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  PORT: '0',
};

describe('the monitor process', () => {
  const started: StartedProcess[] = [];
  const endpoints: ScriptedAws[] = [];
  const start = (env: Record<string, string>) => {
    const process = startProcess('monitor/main.ts', env);
    started.push(process);
    return process;
  };
  const aws = async (answers: ScriptedAnswers) => {
    const endpoint = await scriptedAws(answers);
    endpoints.push(endpoint);
    return endpoint;
  };
  const untilStarted = async (process: StartedProcess) => {
    await expect.poll(() => process.output.out, { timeout: 15_000 }).toContain('"monitor started"');
    return jsonLines(process).find(({ message }) => message === 'health is served')?.url as string;
  };
  const readyz = async (url: string) => {
    const { detail, status } = (await (await fetch(`${url}/readyz`)).json()) as { detail?: string; status: unknown };
    return detail ?? status;
  };

  afterEach(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ exited }) => exited));
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  });

  it('exits with one line that names everything wrong in its environment', async () => {
    const { exited, output } = start({ ...BASE_ENVIRONMENT, STEP_FUNCTIONS: '[]', PORT: 'http' });
    expect(await exited).toBe(78);
    expect(output.err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^monitor: cannot start: AWS_REGION.*STACK_NAME.*APP_STORE_BUCKET.*STATE_STORAGE_BUCKET.*LOG_GROUP.*FAILED_EVENTS_QUEUE_URL.*STEP_FUNCTIONS is not valid.*ORDER_RETENTION_DAYS.*PORT is "http"/,
      ),
    ]);
    expect(output.out).toBe('');
  });

  it('exits with one line that names the steps without a function', async () => {
    const { exited, output } = start({ ...SETTINGS, STEP_FUNCTIONS: '{}' });
    expect(await exited).toBe(78);
    expect(output.err).toBe(
      'monitor: cannot start: no function is named for step confirm-order (STEP_FUNCTIONS); ' +
        'no function is named for step payment (STEP_FUNCTIONS)\n',
    );
  });

  it('exits with one line that names the bucket and the queue that are not there and the log group that it may not read', async () => {
    const { endpoint } = await aws({
      buckets: { 'state-storage': ['NoSuchBucket', 404] },
      logs: 'AccessDeniedException',
      sqs: 'com.amazonaws.sqs#QueueDoesNotExist',
    });
    const { exited, output } = start({ ...SETTINGS, AWS_ENDPOINT_URL: endpoint });
    expect(await exited).toBe(78);
    expect(output.err).toBe(
      'monitor: cannot start: bucket state-storage does not exist (STATE_STORAGE_BUCKET); ' +
        'log group steps may not be read (LOG_GROUP); ' +
        `queue ${SETTINGS.FAILED_EVENTS_QUEUE_URL} does not exist (FAILED_EVENTS_QUEUE_URL)\n`,
    );
  });

  it('starts without anything that answers, says so, and ends with 0 on SIGTERM', async () => {
    const process = start(SETTINGS);
    const url = await untilStarted(process);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await expect
      .poll(() => readyz(url))
      .toMatch(
        /log group steps has not been read since the start .*ECONNREFUSED.* queue \S+ has not .*ECONNREFUSED.* sweep .*ECONNREFUSED/,
      );
    process.child.kill('SIGTERM');
    expect(await process.exited).toBe(0);
    expect(process.output.out).not.toContain('"level":"error"');
  });

  it('is ready once it has read and swept, says what it lost while it runs, and is ready when that is back', async () => {
    const endpoint = await aws({ logs: 'ResourceNotFoundException' });
    const process = start({ ...SETTINGS, AWS_ENDPOINT_URL: endpoint.endpoint });
    const url = await untilStarted(process);
    await expect
      .poll(() => readyz(url))
      .toMatch(/^The log group steps has not been read .* log group steps does not exist\.$/);
    endpoint.answers = {};
    await expect.poll(() => readyz(url), { timeout: 15_000 }).toBe('ok');
    endpoint.answers = { buckets: { 'app-store': ['NoSuchBucket', 404] } };
    await expect
      .poll(() => readyz(url), { timeout: 15_000 })
      .toMatch(/^The sweep has not compared .*: could not list orders\/ in bucket app-store: NoSuchBucket\.$/);
    endpoint.answers = { sqs: 'QueueDoesNotExist' };
    await expect
      .poll(() => readyz(url), { timeout: 15_000 })
      .toMatch(/^The queue \S+\/failed has not been read for .* QueueDoesNotExist: it is QueueDoesNotExist\.$/);
    endpoint.answers = {};
    await expect.poll(() => readyz(url), { timeout: 15_000 }).toBe('ok');
    expect(process.child.exitCode).toBeNull();
  });

  it('opens no port when it is told none', async () => {
    const { PORT: _none, ...settings } = SETTINGS;
    const process = start(settings);
    expect(await untilStarted(process)).toBeUndefined();
  });
});
