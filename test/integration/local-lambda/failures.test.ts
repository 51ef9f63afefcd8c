import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymous, END, inEachPhase, initStart, report, START } from './expected-log.ts';
import { LambdaFixture } from './lambda-fixture.ts';

const fixture = new LambdaFixture({ limits: { initTimeoutMs: 3_000 } });
beforeAll(() => fixture.lambda.start());
afterAll(() => fixture.remove());

interface Failure {
  readonly name: string;
  readonly code: string | Readonly<Record<string, string>>;
  readonly changes?: { readonly timeoutSeconds?: number; readonly memoryMiB?: number; readonly handler?: string };
  readonly payload: object;
  /** What the log of a cold invocation holds, in this order. `ID` stands for the request id. */
  readonly log: readonly RegExp[];
}

const INIT_START = initStart('nodejs:24\\.v1');

function duringInit(errorType: string): readonly RegExp[] {
  const line = new RegExp(`^\\S+Z\tundefined\tERROR\tUncaught Exception \t\\{"errorType":"${errorType}",.*\\}\n$`);
  return inEachPhase(INIT_START, errorType, [line]);
}

const failures: readonly Failure[] = [
  {
    name: 'a thrown error, which the platform reports as a success',
    code: `exports.handler = async () => { throw Object.assign(new TypeError('x is\\nbad'), { code: 'E1' }); };`,
    payload: { errorType: 'TypeError', errorMessage: 'x is\nbad' },
    log: [
      INIT_START,
      START,
      /^\S+Z\tID\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"x is\\nbad","code":"E1","stack":\[.*\]\}\n$/,
      END,
      report('\t'),
    ],
  },
  {
    name: 'a rejected promise',
    code: `exports.handler = () => Promise.reject('no error object');`,
    payload: { errorType: 'Error', errorMessage: 'no error object' },
    log: [INIT_START, START, /\tID\tERROR\tInvoke Error \t\{"errorType":"Error",/, END, report('\t')],
  },
  {
    name: 'a promise that never settles while nothing is left to do',
    code: `exports.handler = () => new Promise(() => undefined);`,
    payload: { errorType: 'Runtime.NodeJsExit' },
    log: [INIT_START, START, /\tID\tERROR\tInvoke Error \t\{"errorType":"Runtime\.NodeJsExit",/, END, report('\t')],
  },
  {
    name: 'an answer that is no JSON',
    code: `exports.handler = async () => { const a = {}; a.a = a; return a; };`,
    payload: { errorType: 'Runtime.JSONStringifyError' },
    log: [
      INIT_START,
      START,
      /\tID\tERROR\tInvoke Error \t\{"errorType":"Runtime\.JSONStringifyError",/,
      END,
      report('\t'),
    ],
  },
  {
    name: 'an unhandled rejection',
    code: `exports.handler = async () => { Promise.reject(new Error('floating')); await new Promise((r) => setTimeout(r, 5000)); };`,
    payload: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: floating' },
    log: [
      INIT_START,
      START,
      /\tID\tERROR\tUnhandled Promise Rejection \t\{"errorType":"Runtime\.UnhandledPromiseRejection",.*"reason":\{"errorType":"Error",/,
      /^RequestId: ID Error: Runtime exited with error: exit status 128\nRuntime\.ExitError\n$/,
      END,
      report('\tStatus: error\tError Type: Runtime\\.ExitError'),
    ],
  },
  {
    name: 'an uncaught exception',
    code: `exports.handler = async () => { setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 5000)); };`,
    payload: { errorType: 'Error', errorMessage: 'late' },
    log: [
      INIT_START,
      START,
      /\tID\tERROR\tUncaught Exception \t\{"errorType":"Error","errorMessage":"late"/,
      /^RequestId: ID Error: Runtime exited with error: exit status 129\nRuntime\.ExitError\n$/,
      END,
      report('\tStatus: error\tError Type: Runtime\\.ExitError'),
    ],
  },
  {
    name: 'process.exit with a status',
    code: `exports.handler = async () => { console.log('last words'); process.exit(3); };`,
    payload: {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/) as string,
    },
    log: [
      INIT_START,
      START,
      /\tID\tINFO\tlast words\n$/,
      /^RequestId: ID Error: Runtime exited with error: exit status 3\nRuntime\.ExitError\n$/,
      END,
      report('\tStatus: error\tError Type: Runtime\\.ExitError'),
    ],
  },
  {
    name: 'process.exit without a reason',
    code: `exports.handler = async () => process.exit(0);`,
    payload: { errorType: 'Runtime.ExitError' },
    log: [
      INIT_START,
      START,
      /^RequestId: ID Error: Runtime exited without providing a reason\nRuntime\.ExitError\n$/,
      END,
      report('\tStatus: error\tError Type: Runtime\\.ExitError'),
    ],
  },
  {
    name: 'a timeout of code that blocks',
    code: `exports.handler = async () => { for (;;); };`,
    changes: { timeoutSeconds: 1 },
    payload: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Error: Task timed out after 1\.00 seconds$/) as string,
    },
    log: [INIT_START, START, END, /^REPORT RequestId: ID\tDuration: 1000\.00 ms\t.*\tStatus: timeout\n$/],
  },
  {
    name: 'memory outgrown on the heap',
    code: `exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(1)); };`,
    payload: { errorType: 'Runtime.OutOfMemory' },
    log: [
      INIT_START,
      START,
      /^RequestId: ID Error: Runtime exited with error: signal: killed\nRuntime\.ExitError\n$/,
      END,
      /^REPORT RequestId: ID\t.*\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t.*\tStatus: error\tError Type: Runtime\.OutOfMemory\n$/,
    ],
  },
  {
    name: 'memory outgrown outside of the heap',
    code: `exports.handler = async () => { const all = []; for (;;) { all.push(Buffer.alloc(1e6, 1)); await new Promise(setImmediate); } };`,
    payload: { errorType: 'Runtime.OutOfMemory' },
    log: [INIT_START, START, /signal: killed/, END, report('\tStatus: error\tError Type: Runtime\\.OutOfMemory')],
  },
  {
    name: 'a module that is missing',
    code: `require('not-bundled'); exports.handler = async () => 1;`,
    payload: {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringMatching(/^Error: Cannot find module 'not-bundled'\nRequire stack:/) as string,
    },
    log: duringInit('Runtime\\.ImportModuleError'),
  },
  {
    name: 'a handler file that is missing',
    code: { 'other.js': '' },
    payload: { errorType: 'Runtime.ImportModuleError' },
    log: duringInit('Runtime\\.ImportModuleError'),
  },
  {
    name: 'a module that is missing from an ES module, which keeps the name of its error',
    code: { 'index.mjs': `import 'not-bundled'; export const handler = async () => 1;` },
    payload: {
      errorType: 'Error',
      errorMessage: expect.stringContaining(`Cannot find package 'not-bundled'`) as string,
    },
    log: duringInit('Error'),
  },
  {
    name: 'a syntax error',
    code: `exports.handler = async () => { return 1`,
    payload: { errorType: 'Runtime.UserCodeSyntaxError' },
    log: duringInit('Runtime\\.UserCodeSyntaxError'),
  },
  {
    name: 'a handler that is not exported',
    code: `exports.other = async () => 1;`,
    payload: { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    log: duringInit('Runtime\\.HandlerNotFound'),
  },
  {
    name: 'a handler name without a dot',
    code: `exports.handler = async () => 1;`,
    changes: { handler: 'index' },
    payload: { errorType: 'Runtime.MalformedHandlerName' },
    log: duringInit('Runtime\\.MalformedHandlerName'),
  },
  {
    name: 'a handler that wants a callback',
    code: `exports.handler = (event, context, callback) => callback(null, 1);`,
    payload: { errorType: 'Runtime.CallbackHandlerDeprecated' },
    log: duringInit('Runtime\\.CallbackHandlerDeprecated'),
  },
  {
    name: 'an error at the top of the module, under its own name',
    code: `throw new RangeError('at the top');`,
    payload: { errorType: 'RangeError', errorMessage: 'at the top' },
    log: duringInit('RangeError'),
  },
  {
    name: 'an exit at the top of the module',
    code: `process.exit(7);`,
    payload: { errorType: 'Runtime.ExitError' },
    log: [
      INIT_START,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.ExitError\n$/,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error\tError Type: Runtime\.ExitError\n$/,
      START,
      /^RequestId: ID Error: Runtime exited with error: exit status 7\nRuntime\.ExitError\n$/,
      END,
      report('\tStatus: error\tError Type: Runtime\\.ExitError', ''),
    ],
  },
  {
    name: 'an init that does not end, which costs the invocation its own time, too',
    code: `for (;;);`,
    changes: { timeoutSeconds: 1 },
    payload: { errorType: 'Sandbox.Timedout' },
    log: [
      INIT_START,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout\n$/,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: timeout\n$/,
      START,
      END,
      /^REPORT RequestId: ID\tDuration: 1000\.00 ms\t.*\tStatus: timeout\n$/,
    ],
  },
];

describe('logs and answers as AWS does', () => {
  test.for(failures)('$name', async ({ code, changes, payload, log }) => {
    const arn = await fixture.createFunction(code, changes);
    const before = fixture.lines.length;

    const answer = await fixture.invoke(arn);

    expect(answer.error).toBe('Unhandled');
    expect(answer.payload).toMatchObject(payload);
    const messages = fixture
      .messages()
      .slice(before)
      .filter((message) => !isOfV8(message));
    expect(anonymous(messages)).toEqual(log.map((line) => expect.stringMatching(line) as string));
  });
});

/** What V8 itself says on stderr while it runs out of heap differs between its versions. */
function isOfV8(message: string): boolean {
  return !/^(INIT_|START|END|REPORT|RequestId|\d{4}-)/.test(message);
}
