import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPython } from '../../../local/lambda/python-interpreter.ts';
import { needProgram } from '../../support/needed-program.ts';
import { anonymous, END, initStart, report, START } from './expected-log.ts';
import { eventually, LambdaFixture } from './lambda-fixture.ts';

let fixture: LambdaFixture;
beforeEach(async (context) => {
  needProgram(context, 'python3');
  fixture = new LambdaFixture();
  await fixture.lambda.start();
});
// Absent when the test was skipped.
afterEach(() => (fixture as LambdaFixture | undefined)?.remove());

function python(code: string, changes: object = {}): Promise<string> {
  return fixture.createFunction({ 'index.py': code }, { runtime: 'python3.13', ...changes });
}

/** What stands between START and END of the only invocation so far. */
function linesOfFunction(): readonly string[] {
  const messages = anonymous(fixture.messages());
  const [start, end] = [START, END].map((line) => messages.findIndex((message) => line.test(message)));
  return messages.slice((start ?? 0) + 1, end);
}

test('answers what the handler returns, from a module in a folder, with what AWS tells it', async () => {
  const code = `
from decimal import Decimal
import os, sys
from steps.price import PRICE

def charge(event, context):
    return {
        "order": event["order"], "price": PRICE, "exact": [Decimal("7"), Decimal("0.5")], "path": sys.path[0] == os.getcwd(),
        "id": context.aws_request_id, "name": context.function_name, "version": context.function_version,
        "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb, "group": context.log_group_name,
        "stream": context.log_stream_name, "left": 0 < context.get_remaining_time_in_millis() <= 10_000,
        "who": [context.client_context, context.identity.cognito_identity_id],
        "runtime": os.environ["AWS_EXECUTION_ENV"], "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "trace": os.environ["_X_AMZN_TRACE_ID"][:7], "descriptor": os.environ.get("_LAMBDA_TELEMETRY_LOG_FD"),
    }
`;
  const files = { 'steps/charge.py': code, 'steps/price.py': `PRICE = "5 €"` };
  const arn = await fixture.createFunction(files, { runtime: 'python3.13', handler: 'steps/charge.charge' });

  const answer = await fixture.invoke(arn, { order: 'Zürich' });

  expect(answer).toEqual({
    error: undefined,
    payload: {
      order: 'Zürich',
      price: '5 €',
      exact: [7, 0.5],
      path: true,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      name: 'function-1',
      version: '$LATEST',
      arn,
      memory: '128',
      group: '/orders',
      stream: fixture.lines[0]?.stream,
      left: true,
      who: [null, null],
      runtime: 'AWS_Lambda_python3.13',
      endpoint: 'http://127.0.0.1:9',
      trace: 'Root=1-',
      descriptor: null,
    },
  });
});

test('writes a plain line for print and a line with level, instant and request id for logging', async () => {
  const arn = await python(`
import logging

def handler(event, context):
    logging.info("below the level of the root logger")
    logging.warning("two\\n%s", "lines")
    logging.getLogger("shop").error("sold %d", 3)
    print("printed", "größer")
    context.log("as it is")
`);
  expect(await fixture.invoke(arn)).toEqual({ error: undefined, payload: null });
  const messages = anonymous(fixture.messages());
  expect(messages[0]).toMatch(initStart('python:3\\.13\\.v1'));
  expect(messages.at(-1)).toMatch(report('\t'));
  const instant = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
  const [framed, printed] = [true, false].map((isFramed) =>
    linesOfFunction().filter((line) => line.startsWith('printed') !== isFramed),
  );
  // Two pipes: their order among each other is not told, here as on AWS.
  expect(printed).toEqual(['printed größer\n']);
  expect(framed).toEqual([
    expect.stringMatching(new RegExp(`^\\[WARNING\\]\t${instant}\tID\ttwo\nlines\n$`)),
    expect.stringMatching(new RegExp(`^\\[ERROR\\]\t${instant}\tID\tsold 3\n$`)),
    'as it is',
  ]);
});

test('ends an invocation in the log after everything that it and its children printed', async () => {
  const arn = await python(`
import subprocess, sys

def handler(event, context):
    for n in range(3000):
        print("line", n, "x" * 100)
    print("to stderr", file=sys.stderr)
    subprocess.run(["echo", "a child"])
    print("unfinished", end="")
`);
  await fixture.invoke(arn);
  const lines = linesOfFunction();
  expect(lines).toHaveLength(3003);
  expect(lines).toEqual(expect.arrayContaining(['to stderr\n', 'a child\n', 'unfinished']));
});

test('runs the next invocation in the same process and stream, and adds nothing to a line of the last one', async () => {
  const arn = await python(`
import os, time
count = 0

def handler(event, context):
    global count
    count += 1
    print(context.aws_request_id, end="")
    return [os.getpid(), count]
`);
  const first = (await fixture.invoke(arn)).payload as readonly number[];
  const [pid = 0] = first;
  if (process.platform === 'linux') await eventually(() => isStopped(pid));
  expect((await fixture.invoke(arn)).payload).toEqual([pid, 2]);
  expect(first).toEqual([pid, 1]);
  expect(new Set(fixture.lines.map((line) => line.stream)).size).toBe(1);
  const ids = fixture.messages().flatMap((message) => /^START RequestId: (\S+)/.exec(message)?.[1] ?? []);
  expect(fixture.messages().filter((message) => ids.includes(message))).toEqual(ids);
});

test('starts a new process in the same stream after one has ended, inside the next invocation', async () => {
  const arn = await python(`
import os, sys

def handler(event, context):
    if event.get("exit"):
        sys.exit(1)
    return os.getpid()
`);
  const before = await fixture.invoke(arn);
  await fixture.invoke(arn, { exit: true });
  const after = await fixture.invoke(arn);
  expect(after.error).toBeUndefined();
  expect(after.payload).not.toBe(before.payload);
  expect(new Set(fixture.lines.map((line) => line.stream)).size).toBe(1);
});

test('is not made, and not made of another function, where there is no Python', async () => {
  await fixture.remove();
  fixture = new LambdaFixture({ findPython: () => findPython('no-such-python') });
  const refusal = 'Runtime is python3.13, and there is no Python to run it: no-such-python was not found on the PATH.';
  await expect(python('')).rejects.toThrow(refusal);
  await fixture.createFunction('', { name: 'node' });
  const answer = await fixture.call('PUT', '/2015-03-31/functions/node/configuration', { Runtime: 'python3.13' });
  expect(answer.status).toBe(400);
  expect(String(answer.body)).toContain(refusal);
});

test.for([
  ['is too old', '#!/bin/sh\nprintf "3.8\\n/opt/python"', 'is Python 3.8, and functions need 3.9 or later'],
  ['is another Python', '#!/bin/sh\nprintf "2.7\\n/opt/python"', 'is Python 2.7, and functions need 3.9 or later'],
  ['does not start', '#!/bin/sh\nexit 1', 'on the PATH does not start'],
] as const)('finds no interpreter when the one on the PATH %s', ([, script, reason]) => {
  const command = join(fixture.stateFolder, 'python3');
  writeFileSync(command, script);
  chmodSync(command, 0o755);
  expect(findPython(command)).toEqual({ missing: expect.stringContaining(reason) as string });
});

describe('the Python runtime ends itself at once', () => {
  let api: Server;
  let runtime: ChildProcess;

  async function startRuntime(code: string): Promise<void> {
    const isBusy = code.includes('while');
    api = createServer((request, response) => {
      if (request.url?.endsWith('/next') && !isBusy) return request.socket.destroy();
      response.writeHead(200, { 'content-length': 2, 'lambda-runtime-aws-request-id': 'one' }).end('{}');
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const bootstrap = join(import.meta.dirname, '../../../local/lambda/runtime/bootstrap.py');
    runtime = spawn('python3', ['-u', bootstrap, 'sandbox', '--watch-stdin'], {
      stdio: ['pipe', 'pipe', 'inherit', 'ignore'],
      env: {
        ...process.env,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${String((api.address() as AddressInfo).port)}/sandbox`,
        LAMBDA_TASK_ROOT: fixture.codeFolder({ 'index.py': code }),
        _HANDLER: 'index.handler',
        _LAMBDA_TELEMETRY_LOG_FD: '3',
      },
    });
  }

  afterEach(() => {
    runtime.kill('SIGKILL');
    api.closeAllConnections();
    api.close();
  });

  test('when its parent closes its input, even while the function is busy', async () => {
    await startRuntime(`def handler(event, context):\n    print("inside")\n    while True: pass`);
    const ended = once(runtime, 'exit');
    await once(runtime.stdout as Readable, 'data');
    (runtime.stdin as Writable).end();
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  test('when the Runtime API is gone', async () => {
    await startRuntime(`def handler(event, context): pass`);
    expect(await once(runtime, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

function isStopped(pid: number): boolean {
  const file = `/proc/${String(pid)}/stat`;
  return existsSync(file) && readFileSync(file, 'utf8').split(') ')[1]?.startsWith('T') === true;
}
