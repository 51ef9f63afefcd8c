import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIdentities } from '../../../local/iam/identities.ts';
import { eventually, LambdaFixture, ROLE_ARN } from './lambda-fixture.ts';

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture({ limits: { surplusIdleMs: 0, idleSandboxesPerFunction: 1 } });
});
afterEach(() => fixture.remove());

const PID = `exports.handler = async () => process.pid;`;

test('leaves no process behind when it is closed, not even one that blocks or one that a function started', async () => {
  await fixture.lambda.start();
  const code = `
    const { spawn } = require('node:child_process');
    exports.handler = async () => {
      const child = spawn('sleep', ['600']);
      console.log('pids', process.pid, child.pid);
      for (;;);
    };`;
  const arn = await fixture.createFunction(code, { timeoutSeconds: 60 });
  const unanswered = fixture.invoke(arn).catch((error: unknown) => error);
  await eventually(() => fixture.messages().some((message) => message.includes('pids')));

  await fixture.lambda.close();

  expect(String(await unanswered)).toContain('500');
  const pids = /pids (\d+) (\d+)/.exec(fixture.messages().join(''))?.slice(1).map(Number) ?? [];
  expect(pids).toHaveLength(2);
  await eventually(() => !pids.some(isAlive));
});

test('ends its functions when it is killed itself, even those that block', async () => {
  const host = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'lambda-host.ts'), fixture.stateFolder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = (await once(host.stdout, 'data')) as [Buffer];
  const pid = Number(/pid (\d+)/.exec(said.toString())?.[1]);
  expect(isAlive(pid)).toBe(true);

  host.kill('SIGKILL');

  await eventually(() => !isAlive(pid));
  const codeFolder = readFileSync(join(fixture.stateFolder, 'code-folder'), 'utf8');
  expect(existsSync(codeFolder)).toBe(true);
  await fixture.lambda.start();
  expect(existsSync(codeFolder)).toBe(false);
});

test('has a runtime that ends itself when its parent closes its input, even while the function blocks', async () => {
  const requests: string[] = [];
  const api = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'content-length': 2, 'lambda-runtime-aws-request-id': 'one' }).end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const bootstrap = join(import.meta.dirname, '../../../local/lambda/runtime/bootstrap.mjs');
  const runtime = spawn(process.execPath, [bootstrap, 'sandbox', '--watch-stdin'], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    env: {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${String((api.address() as AddressInfo).port)}/sandbox`,
      LAMBDA_TASK_ROOT: fixture.codeFolder(`exports.handler = async () => { console.log('inside'); for (;;); };`),
      _HANDLER: 'index.handler',
      _LAMBDA_TELEMETRY_LOG_FD: '3',
    },
  });
  const ended = once(runtime, 'exit');
  await once(runtime.stdio[3] as Readable, 'data');

  (runtime.stdin as Writable).end();

  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(requests).toEqual(['/sandbox/2018-06-01/runtime/invocation/next']);
  api.closeAllConnections();
  api.close();
});

test('kills at its start what a killed predecessor left, and nothing that merely has the same process id', async () => {
  const folder = join(fixture.stateFolder, 'processes');
  mkdirSync(folder, { recursive: true });
  const leftover = spawn('sleep', ['600'], { detached: true, argv0: 'sandbox-0815-1' });
  const stranger = spawn('sleep', ['600'], { detached: true });
  writeFileSync(join(folder, String(leftover.pid)), 'sandbox-0815-1');
  writeFileSync(join(folder, String(stranger.pid)), 'sandbox-4711-1');
  const ended = once(leftover, 'exit');

  await fixture.lambda.start();

  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
  stranger.kill();
});

test('reuses a warm sandbox, in the same log stream', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(PID);
  const first = await fixture.invoke(arn);
  const second = await fixture.invoke(arn);
  expect(second.payload).toBe(first.payload);
  expect(new Set(fixture.lines.map((line) => line.stream)).size).toBe(1);
  expect(fixture.lines[0]?.stream).toMatch(/^\d{4}\/\d\d\/\d\d\/function-1\[\$LATEST\][0-9a-f]{32}$/);
  expect(fixture.messages().filter((message) => message.includes('Init Duration'))).toHaveLength(1);
});

test('starts a new process in the same stream after one was killed, inside the next invocation', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(
    `exports.handler = async ({ exit }) => exit ? process.exit(1) : process.pid;`,
  );
  const before = await fixture.invoke(arn);
  await fixture.invoke(arn, { exit: true });
  const after = await fixture.invoke(arn);
  expect(after.error).toBeUndefined();
  expect(after.payload).not.toBe(before.payload);
  expect(new Set(fixture.lines.map((line) => line.stream)).size).toBe(1);
  expect(fixture.messages().filter((message) => message.startsWith('INIT_START'))).toHaveLength(1);
});

test.runIf(process.platform === 'linux')('lets nothing of a function run between two invocations', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`
    let ticks = 0;
    setInterval(() => { ticks += 1; }, 1);
    exports.handler = async () => { const n = ticks; ticks = 0; return { pid: process.pid, ticks: n }; };`);
  const { payload } = await fixture.invoke(arn);
  const { pid } = payload as { readonly pid: number };
  await eventually(() => stateOf(pid) === 'T');
});

test('runs as many invocations at a time as the concurrency allows, and throttles the next one', async () => {
  await fixture.lambda.start();
  const gate = join(fixture.stateFolder, 'gate');
  const arn = await fixture.createFunction(
    `const { existsSync } = require('node:fs');
     exports.handler = async () => { console.log('inside'); while (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 5)); return process.pid; };`,
    { reservedConcurrency: 2 },
  );
  const running = [fixture.invoke(arn), fixture.invoke(arn)];
  await eventually(() => fixture.messages().filter((message) => message.includes('inside')).length === 2);
  await expect(fixture.invoke(arn)).rejects.toThrow(/429.*ReservedFunctionConcurrentInvocationLimitExceeded/);
  writeFileSync(gate, '');
  const pids = (await Promise.all(running)).map(({ payload }) => payload);
  expect(new Set(pids).size).toBe(2);
});

test('gives new sandboxes the new configuration and lets a running invocation finish with the old one', async () => {
  await fixture.lambda.start();
  const gate = join(fixture.stateFolder, 'gate');
  const arn = await fixture.createFunction(
    `const { existsSync } = require('node:fs');
     exports.handler = async ({ wait }) => { console.log('inside'); while (wait && !existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 5)); return process.env.COLOUR; };`,
    { environment: { COLOUR: 'old' } },
  );
  const running = fixture.invoke(arn, { wait: true });
  await eventually(() => fixture.messages().some((message) => message.includes('inside')));
  await fixture.call('PUT', '/2015-03-31/functions/function-1/configuration', {
    Environment: { Variables: { COLOUR: 'new' } },
  });
  expect((await fixture.invoke(arn)).payload).toBe('new');
  writeFileSync(gate, '');
  expect((await running).payload).toBe('old');
  expect((await fixture.invoke(arn)).payload).toBe('new');
});

test('runs new code after an update, and removes the old code', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`exports.handler = async () => __dirname;`);
  const oldFolder = String((await fixture.invoke(arn)).payload);
  const zip = Buffer.from(zipSync({ 'index.mjs': Buffer.from(`export const handler = async () => 'new code';`) }));
  await fixture.call('PUT', '/2015-03-31/functions/function-1/code', { ZipFile: zip.toString('base64') });
  expect((await fixture.invoke(arn)).payload).toBe('new code');
  await eventually(() => !existsSync(oldFolder));
});

test('refuses a zip whose entries point out of their folder', async () => {
  await fixture.lambda.start();
  await fixture.createFunction(PID);
  const zip = Buffer.from(zipSync({ '../escaped.js': Buffer.from('1') }));
  const answer = await fixture.call('PUT', '/2015-03-31/functions/function-1/code', {
    ZipFile: zip.toString('base64'),
  });
  expect(answer.status).toBe(400);
  expect(String(answer.body)).toContain('../escaped.js');
});

test.for([
  ['a file where a folder is needed', { a: Buffer.from('1'), 'a/b': Buffer.from('2') }],
  ['a name that no file can have', { 'a\0b': Buffer.from('1') }],
] as const)('refuses a zip with %s, and goes on with the code it has', async ([, entries]) => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`exports.handler = async () => 'old';`);
  const zip = Buffer.from(zipSync(entries)).toString('base64');
  const answer = await fixture.call('PUT', '/2015-03-31/functions/function-1/code', { ZipFile: zip });
  expect(answer.status).toBe(400);
  expect((await fixture.invoke(arn)).payload).toBe('old');
});

test('refuses code of a bucket that has none, by what the bucket said', async () => {
  await fixture.lambda.start();
  await fixture.createFunction(PID);
  const answer = await fixture.call('PUT', '/2015-03-31/functions/function-1/code', { S3Bucket: 'b', S3Key: 'k' });
  expect(answer.status).toBe(400);
  expect(String(answer.body)).toContain('no bucket in this test');
});

test('answers a badly encoded path as a call that it does not know', async () => {
  expect((await fixture.call('GET', '/2015-03-31/functions/%E0%A4%A')).status).toBe(501);
});

test('gives a function the environment of Lambda and nothing of this process', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`exports.handler = async () => process.env;`, {
    environment: { COLOUR: 'red' },
  });
  const { payload } = await fixture.invoke(arn);
  expect(payload).toMatchObject({
    COLOUR: 'red',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'function-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/orders',
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/) as string,
    TZ: ':UTC',
  });
  expect(Object.keys(payload as object)).not.toContain('VITEST');
  expect((payload as Record<string, string>)['HOME']).not.toBe(process.env['HOME']);
});

test('leaves the endpoint to a function that sets its own', async () => {
  await fixture.lambda.start();
  const environment = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' };
  const arn = await fixture.createFunction(`exports.handler = async () => process.env.AWS_ENDPOINT_URL ?? 'none';`, {
    environment,
  });
  expect((await fixture.invoke(arn)).payload).toBe('none');
});

test('keeps the lines of one console call in one event, and makes an event of each line of raw output', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(
    `exports.handler = async () => { console.log('one\\ntwo'); console.error({ a: 1 }); process.stdout.write('raw\\nlines\\n'); };`,
  );
  await fixture.invoke(arn);
  const messages = fixture.messages().map((message) => message.replace(/^\S+Z\t\S+/, 'AT ID'));
  expect(messages).toContain('AT ID\tINFO\tone\ntwo\n');
  expect(messages).toContain('AT ID\tERROR\t{ a: 1 }\n');
  await eventually(() => fixture.messages().includes('raw\n') && fixture.messages().includes('lines\n'));
});

test('tells a timeout in its old spelling when asked to', async () => {
  await fixture.remove();
  fixture = new LambdaFixture({ timeoutSpelling: 'message' });
  await fixture.lambda.start();
  await fixture.invoke(
    await fixture.createFunction(`exports.handler = async () => { for (;;); };`, { timeoutSeconds: 1 }),
  );
  expect(fixture.messages().at(-2)).toMatch(/^REPORT RequestId: .*\t\n$/);
  expect(fixture.messages().at(-2)).not.toContain('Status');
  expect(fixture.messages().at(-1)).toMatch(/^\S+Z \S+ Task timed out after 1\.00 seconds\n\n$/);
});

test('refuses a function whose role does not exist', async () => {
  await expect(fixture.createFunction(PID, { roleArn: 'arn:aws:iam::000000000000:role/nobody' })).rejects.toThrow(
    /cannot be assumed by Lambda: arn:aws:iam::000000000000:role\/nobody does not exist/,
  );
});

test('runs a function whose role may not write logs, and logs nothing', async () => {
  await fixture.remove();
  const identities = createIdentities();
  identities.putRole({ arn: ROLE_ARN, policies: [] });
  fixture = new LambdaFixture({ identities });
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`exports.handler = async () => { console.log('unheard'); return 1; };`);
  expect((await fixture.invoke(arn)).payload).toBe(1);
  expect(fixture.lines).toEqual([]);
});

test('ends idle sandboxes beyond the number that is kept', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(
    `exports.handler = async () => { await new Promise((r) => setTimeout(r, 200)); return process.pid; };`,
  );
  const answers = await Promise.all([fixture.invoke(arn), fixture.invoke(arn), fixture.invoke(arn)]);
  const pids = [...new Set(answers.map(({ payload }) => payload as number))];
  await eventually(() => pids.filter(isAlive).length <= 1);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
}

function stateOf(pid: number): string {
  if (!existsSync('/proc/self/stat')) return '?';
  try {
    return (
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.charAt(0) ?? '?'
    );
  } catch {
    return 'Z';
  }
}
