import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedAws, type ScriptedAnswers, type ScriptedAws } from '../../support/scripted-aws.ts';
import { BASE_ENVIRONMENT, jsonLines, startProcess, type StartedProcess } from '../../support/started-process.ts';

const SETTINGS = {
  ...BASE_ENVIRONMENT,
  STACK_NAME: 'orders',
  APP_STORE_BUCKET: 'app-store',
  STATE_STORAGE_BUCKET: 'state-storage',
  LOG_GROUP: 'functions',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  // Nothing listens there.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  PORT: '0',
};

describe('the coordinator process', () => {
  const started: StartedProcess[] = [];
  const endpoints: ScriptedAws[] = [];
  const start = (env: Record<string, string>) => {
    const process = startProcess('coordinator/main.ts', env);
    started.push(process);
    return process;
  };
  const aws = async (answers: ScriptedAnswers) => {
    const endpoint = await scriptedAws(answers);
    endpoints.push(endpoint);
    return endpoint;
  };
  const untilListening = async (process: StartedProcess) => {
    await expect.poll(() => process.output.out, { timeout: 15_000 }).toContain('"Listening"');
    return jsonLines(process).find(({ message }) => message === 'Listening')?.url as string;
  };

  afterEach(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ exited }) => exited));
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  });

  it('exits with one line that names everything wrong in its environment', async () => {
    const { exited, output } = start({ ...BASE_ENVIRONMENT, PORT: 'http' });
    expect(await exited).toBe(78);
    expect(output.err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^coordinator: cannot start: AWS_REGION.*STACK_NAME.*APP_STORE_BUCKET.*STATE_STORAGE_BUCKET.*LOG_GROUP.*PORT is "http"/,
      ),
    ]);
    expect(output.out).toBe('');
  });

  it('exits with one line that names the bucket that is not there and the one that it may not use', async () => {
    const { endpoint } = await aws({
      buckets: { 'app-store': ['AccessDenied', 403], 'state-storage': ['NoSuchBucket', 404] },
    });
    const { exited, output } = start({ ...SETTINGS, AWS_ENDPOINT_URL: endpoint });
    expect(await exited).toBe(78);
    expect(output.err).toBe(
      'coordinator: cannot start: could not list orders/ in bucket app-store: AccessDenied (APP_STORE_BUCKET); ' +
        'bucket state-storage does not exist (STATE_STORAGE_BUCKET)\n',
    );
  });

  it('exits with one line when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exited, output } = start({ ...SETTINGS, PORT: String(port) });
    expect(await exited).toBe(1);
    expect(output.err.trim()).toMatch(/^coordinator: cannot start: .*EADDRINUSE.*$/);
    other.close();
  });

  it('serves without storage, says which bucket does not answer, and ends with 0 on SIGTERM', async () => {
    const process = start(SETTINGS);
    const url = await untilListening(process);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      detail: expect.stringMatching(/app store .*ECONNREFUSED.* state storage .*ECONNREFUSED/),
    });
    process.child.kill('SIGTERM');
    expect(await process.exited).toBe(0);
    const errors = process.output.out.split('\n').filter((line) => line.includes('"level":"error"'));
    // Its look at itself, if it has come to that.
    expect(errors.filter((line) => !line.includes('"message":"Not able to work"'))).toEqual([]);
  });

  it('survives a bucket that goes away, and writes its metrics when it ends', async () => {
    const endpoint = await aws({});
    const process = start({ ...SETTINGS, AWS_ENDPOINT_URL: endpoint.endpoint });
    const url = await untilListening(process);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    endpoint.answers = { buckets: { 'app-store': ['NoSuchBucket', 404] } };
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({
      detail: 'The app store does not answer: could not list orders/ in bucket app-store: NoSuchBucket.',
    });
    expect((await fetch(`${url}/items/chair`)).status).toBe(503);
    process.child.kill('SIGTERM');
    expect(await process.exited).toBe(0);
    expect(jsonLines(process).filter((line) => '_aws' in line)).toMatchObject([{ Stack: 'orders', ApiErrors: 1 }]);
  });
});
