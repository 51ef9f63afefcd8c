import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

/** The SDK writes a warning of its own to standard error under older versions of Node. */
const BASE = { PATH: process.env.PATH ?? '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const SETTINGS = {
  ...BASE,
  APP_STORE_BUCKET: 'app-store',
  STATE_STORAGE_BUCKET: 'state-storage',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  // Nothing listens there.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  PORT: '0',
};

function startMain(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'coordinator/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, exited };
}

describe('the coordinator process', () => {
  const started: ReturnType<typeof startMain>[] = [];
  const start = (env: Record<string, string>) => {
    const process = startMain(env);
    started.push(process);
    return process;
  };

  afterEach(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ exited }) => exited));
  });

  it('exits with one line that names everything wrong in its environment', async () => {
    const { exited, output } = start({ ...BASE, PORT: 'http' });
    expect(await exited).toBe(1);
    expect(output.err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^The coordinator cannot start: .*APP_STORE_BUCKET.*STATE_STORAGE_BUCKET.*AWS_REGION.*PORT is "http"/,
      ),
    ]);
    expect(output.out).toBe('');
  });

  it('exits with one line when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exited, output } = start({ ...SETTINGS, PORT: String(port) });
    expect(await exited).toBe(1);
    expect(output.err.trim()).toMatch(/^The coordinator cannot start: .*EADDRINUSE.*$/);
    other.close();
  });

  it('serves without storage, says which bucket does not answer, and ends with 0 on SIGTERM', async () => {
    const { child, exited, output } = start(SETTINGS);
    await expect.poll(() => output.out, { timeout: 15_000 }).toContain('"Listening"');
    const { url } = JSON.parse(output.out.split('\n').find((line) => line.includes('Listening')) ?? '') as {
      url: string;
    };
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      detail: expect.stringMatching(/app store .*ECONNREFUSED.* state storage .*ECONNREFUSED/),
    });
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(output.out).not.toContain('"level":"error"');
  });
});
