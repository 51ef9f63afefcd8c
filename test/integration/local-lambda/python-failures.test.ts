import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { needProgram } from '../../support/needed-program.ts';
import { anonymous, END, inEachPhase, initStart, report, START } from './expected-log.ts';
import { LambdaFixture } from './lambda-fixture.ts';

const fixture = new LambdaFixture({ limits: { initTimeoutMs: 3_000 } });
beforeAll(() => fixture.lambda.start());
beforeEach((context) => needProgram(context, 'python3'));
afterAll(() => fixture.remove());

interface Failure {
  readonly name: string;
  readonly code: string | Readonly<Record<string, string>>;
  readonly changes?: { readonly timeoutSeconds?: number; readonly handler?: string };
  readonly payload: object;
  /** What the log of a cold invocation holds, in this order. `ID` stands for the request id, N for a no-break space. */
  readonly log: readonly RegExp[];
}

const INIT_START = initStart('python:3\\.13\\.v1');
const EXITED = report('\tStatus: error\tError Type: Runtime\\.ExitError');

const INIT_WARNING =
  /^\[WARNING\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t\tLAMBDA_WARNING: Unhandled exception\. .*\n$/;

function duringInit(errorType: string, line: RegExp): readonly RegExp[] {
  return inEachPhase(INIT_START, errorType, [INIT_WARNING, line]);
}

function exit(status: string): readonly RegExp[] {
  return [new RegExp(`^RequestId: ID Error: Runtime exited ${status}\nRuntime\\.ExitError\n$`), END, EXITED];
}

const failures: readonly Failure[] = [
  {
    name: 'an error that is raised, which the platform reports as a success',
    code: `
def check(order):
    if order:
        raise KeyError("user\\nid")

def handler(event, context):
    check([
        1])
`,
    payload: {
      errorType: 'KeyError',
      errorMessage: `'user\\nid'`,
      requestId: 'ID',
      stackTrace: [
        expect.stringMatching(/^ {2}File ".*\/index\.py", line 7, in handler\n {4}check\(\[\n$/) as string,
        expect.stringMatching(
          /^ {2}File ".*\/index\.py", line 4, in check\n {4}raise KeyError\("user\\nid"\)\n$/,
        ) as string,
      ],
    },
    log: [
      INIT_START,
      START,
      // One event without a line feed at its end.
      /^\[ERROR\] KeyError: 'user\\nid'\nTraceback \(most recent call last\):\nNNFile "\S+\/index\.py", line 7, in handler\nNNNNcheck\(\[\nNNFile "\S+\/index\.py", line 4, in check\nNNNNraise KeyError\("user\\nid"\)$/,
      END,
      report('\t'),
    ],
  },
  {
    name: 'an error without a message',
    code: `def handler(event, context): raise ValueError`,
    payload: { errorType: 'ValueError', errorMessage: '' },
    log: [INIT_START, START, /^\[ERROR\] ValueError\nTraceback \(most recent call last\):\nNNFile /, END, report('\t')],
  },
  {
    name: 'an answer that is no JSON',
    code: `def handler(event, context): return {1, 2}`,
    payload: {
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
      stackTrace: [],
    },
    log: [
      INIT_START,
      START,
      /^\[ERROR\] Runtime\.MarshalError: Unable to marshal response: Object of type set is not JSON serializable\nTraceback \(most recent call last\):$/,
      END,
      report('\t'),
    ],
  },
  {
    name: 'an answer that is too large',
    code: `def handler(event, context): return "x" * 7_000_000`,
    payload: { errorType: 'Function.ResponseSizeTooLarge' },
    log: [
      INIT_START,
      START,
      /^\[ERROR\] \[\d{13}\] LAMBDA_RUNTIME Failed to post handler success response\. Http response code: 413\.\n$/,
      /^Traceback \(most recent call last\):\n$/,
      /^RuntimeError: Failed to post invocation response\n$/,
      ...exit('with error: exit status 1'),
    ],
  },
  {
    name: 'sys.exit with a status, which no handler of errors sees',
    code: `
import sys
def handler(event, context):
    print("last words")
    sys.exit(3)
`,
    payload: {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/) as string,
    },
    log: [INIT_START, START, /^last words\n$/, ...exit('with error: exit status 3')],
  },
  {
    name: 'exit() without a status',
    code: `def handler(event, context): exit()`,
    payload: { errorType: 'Runtime.ExitError' },
    log: [INIT_START, START, ...exit('without providing a reason')],
  },
  {
    name: 'a timeout of code that never waits',
    code: `
def handler(event, context):
    print("unfinished", end="")
    while True:
        pass
`,
    changes: { timeoutSeconds: 1 },
    payload: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Error: Task timed out after 1\.00 seconds$/) as string,
    },
    log: [
      INIT_START,
      START,
      /^unfinished$/,
      END,
      /^REPORT RequestId: ID\tDuration: 1000\.00 ms\t.*\tStatus: timeout\n$/,
    ],
  },
  {
    name: 'memory outgrown',
    code: `
def handler(event, context):
    kept = []
    while True:
        kept.append(b"x" * 1_000_000)
`,
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
    name: 'a module that is missing',
    code: `import not_bundled\ndef handler(event, context): return 1`,
    payload: {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: `Unable to import module 'index': No module named 'not_bundled'`,
      requestId: '',
      stackTrace: [],
    },
    log: duringInit(
      'Runtime\\.ImportModuleError',
      /^\[ERROR\] Runtime\.ImportModuleError: Unable to import module 'index': No module named 'not_bundled'\nTraceback \(most recent call last\):$/,
    ),
  },
  {
    name: 'a module that the machine has and the bundle has not',
    code: `import pip\ndef handler(event, context): return 1`,
    payload: { errorMessage: `Unable to import module 'index': No module named 'pip'` },
    log: duringInit('Runtime\\.ImportModuleError', /^\[ERROR\] Runtime\.ImportModuleError: /),
  },
  {
    name: 'a syntax error',
    code: `def handler(event, context):\n    return (1`,
    payload: {
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: expect.stringMatching(/^Syntax error in module 'index': .*\(index\.py, line 2\)$/) as string,
    },
    log: duringInit(
      'Runtime\\.UserCodeSyntaxError',
      /^\[ERROR\] Runtime\.UserCodeSyntaxError: Syntax error in module 'index': .* \(index\.py, line 2\)\nTraceback \(most recent call last\):\nNNFile "\S+\/index\.py" Line 2\nN{8}return \(1$/,
    ),
  },
  {
    name: 'a handler that the module has not',
    code: `def other(event, context): return 1`,
    payload: { errorMessage: `Handler 'handler' missing on module 'index'` },
    log: duringInit(
      'Runtime\\.HandlerNotFound',
      /^\[ERROR\] Runtime\.HandlerNotFound: Handler 'handler' missing on module 'index'\nTraceback \(most recent call last\):$/,
    ),
  },
  {
    name: 'a handler name without a dot',
    code: `def handler(event, context): return 1`,
    changes: { handler: 'index' },
    payload: { errorMessage: `Bad handler 'index': not enough values to unpack (expected 2, got 1)` },
    log: duringInit(
      'Runtime\\.MalformedHandlerName',
      /^\[ERROR\] Runtime\.MalformedHandlerName: Bad handler 'index': /,
    ),
  },
  {
    name: 'a handler in a module that Python itself brings',
    code: `def handler(event, context): return 1`,
    changes: { handler: 'sys.exit' },
    payload: { errorMessage: 'Cannot use built-in module sys as a handler module' },
    log: duringInit('Runtime\\.BuiltInModuleConflict', /^\[ERROR\] Runtime\.BuiltInModuleConflict: /),
  },
  {
    name: 'an error at the top of the module, under its own name',
    code: `raise RuntimeError("at the top")`,
    payload: { errorType: 'RuntimeError', errorMessage: 'at the top' },
    log: duringInit(
      'RuntimeError',
      /^\[ERROR\] RuntimeError: at the top\nTraceback [^]*\nNNFile "\S+\/index\.py", line 1, in <module>\nNNNNraise RuntimeError\("at the top"\)$/,
    ),
  },
  {
    name: 'an exit at the top of the module',
    code: `import sys\nsys.exit(7)`,
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
];

describe('a Python function logs and answers as on AWS', () => {
  test.for(failures)('$name', async ({ code, changes, payload, log }) => {
    const files = typeof code === 'string' ? { 'index.py': code } : code;
    const arn = await fixture.createFunction(files, { runtime: 'python3.13', ...changes });
    const before = fixture.lines.length;

    const answer = await fixture.invoke(arn);

    const messages = fixture
      .messages()
      .slice(before)
      .filter((message) => !isFrameOfRuntime(message));
    const id = /START RequestId: (\S+)/.exec(messages.join(''))?.[1] ?? '';
    expect(answer.error).toBe('Unhandled');
    expect(JSON.parse(JSON.stringify(answer.payload).replaceAll(id, 'ID'))).toMatchObject(payload);
    const visible = anonymous(messages).map((message) => message.replaceAll('\u00a0', 'N'));
    expect(visible).toEqual(log.map((line) => expect.stringMatching(line) as string));
  });
});

/** When the runtime itself fails, Python prints its frames to stderr, a line each; versions differ in how many. */
function isFrameOfRuntime(message: string): boolean {
  return /^ {2}/.test(message);
}
