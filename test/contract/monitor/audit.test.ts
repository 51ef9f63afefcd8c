import { afterEach, describe, expect, it } from 'vitest';
import { scriptedAws, type ScriptedAws } from '../../support/scripted-aws.ts';
import { BASE_ENVIRONMENT, startProcess } from '../../support/started-process.ts';
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
};

describe('the audit process', () => {
  let aws: ScriptedAws | undefined;
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const { exited, output } = startProcess('monitor/audit/main.ts', env, args);
    return { exitCode: await exited, ...output };
  };
  const endpoint = async (answers: Parameters<typeof scriptedAws>[0]) => {
    aws = await scriptedAws(answers);
    return { ...SETTINGS, AWS_ENDPOINT_URL: aws.endpoint };
  };

  afterEach(async () => {
    await aws?.close();
    aws = undefined;
  });

  it('exits with 2 and says what would be right when it is used wrongly', async () => {
    const { exitCode, out, err } = await run(['--from', 'yesterday'], BASE_ENVIRONMENT);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^--from is "yesterday": expected an instant such as .*\n\nUsage: npm run audit/);
  });

  it('exits with 0 after its help, which needs no environment', async () => {
    expect(await run(['--help'], BASE_ENVIRONMENT)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('--apply') as string,
      err: '',
    });
  });

  it('exits with 2 and one line that names everything missing in its environment', async () => {
    const { exitCode, err } = await run([], { ...BASE_ENVIRONMENT, AWS_REGION: 'us-east-1' });
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^audit: STACK_NAME .*APP_STORE_BUCKET.*STEP_FUNCTIONS.*\n$/);
  });

  it('exits with 2 and one line when a bucket is not there', async () => {
    const env = await endpoint({ buckets: { 'state-storage': ['NoSuchBucket', 404] } });
    expect(await run([], env)).toEqual({
      exitCode: 2,
      out: '',
      err: 'audit: bucket state-storage does not exist (STATE_STORAGE_BUCKET)\n',
    });
  });

  it('exits with 0 when there is nothing, and says so where nobody acts any more', async () => {
    const env = await endpoint({});
    const { exitCode, out } = await run(['--from', '2020-01-01', '--to', '2020-02-01'], env);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^orders: orders taken from 2020-01-01.*\nNothing acts on orders from before .*Nothing is half done/s,
    );
  });
});
