/**
 * The Node.js runtime inside a sandbox: what AWS's managed runtime (version 4 of its runtime interface client, the one of
 * nodejs24.x) does as far as a function and its log can tell. Plain JavaScript on Node's own modules, because its loading
 * is part of every cold start; for the same reason it speaks HTTP over one bare socket.
 *
 * Arguments: the sandbox process's id (so that a later run can recognise the process), and `--watch-stdin` where the
 * system has no other way to end a child whose parent died.
 */
import { existsSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const LOG_DESCRIPTOR = Number(process.env['_LAMBDA_TELEMETRY_LOG_FD']);
delete process.env['_LAMBDA_TELEMETRY_LOG_FD'];

/** A frame: type (4 bytes), length (4), microseconds since the epoch (8), then the message. Big endian. */
const TEXT_FRAME = 0xa55a0003;
let loggedBytes = 0;
let requestId;

function writeFrame(message, now) {
  const body = Buffer.from(message);
  const frame = Buffer.allocUnsafe(16 + body.length);
  frame.writeUInt32BE(TEXT_FRAME, 0);
  frame.writeUInt32BE(body.length, 4);
  frame.writeBigUInt64BE(BigInt(now.getTime()) * 1000n, 8);
  body.copy(frame, 16);
  for (let written = 0; written < frame.length;) written += writeSync(LOG_DESCRIPTOR, frame, written);
  loggedBytes += frame.length;
}

function log(level, ...args) {
  const now = new Date();
  writeFrame(`${now.toISOString()}\t${requestId}\t${level}\t${format(...args)}\n`, now);
}

const LEVELS = {
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
  fatal: 'FATAL',
};
for (const [method, level] of Object.entries(LEVELS)) console[method] = (...args) => log(level, ...args);

/** With the properties that JSON.stringify does not show, under the runtime's names, and whatever else the error bears. */
function formatError(error) {
  const withProperties = (_key, value) =>
    value instanceof Error
      ? Object.assign(
          { errorType: value.name, errorMessage: value.message, code: value.code },
          value,
          typeof value.stack === 'string' ? { stack: value.stack.split('\n') } : {},
        )
      : value;
  try {
    return `\t${JSON.stringify(error, withProperties)}`;
  } catch {
    return `\t${JSON.stringify(errorPayload(error))}`;
  }
}

function errorPayload(error) {
  const { name, message, stack } = intoError(error);
  return { errorType: String(name), errorMessage: String(message), trace: String(stack).split('\n') };
}

function intoError(thrown) {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function runtimeError(name, message) {
  return Object.defineProperty(new Error(message), 'name', { value: `Runtime.${name}` });
}

const [HOST_AND_PORT, ...BASE] = AWS_LAMBDA_RUNTIME_API.split('/');
const [HOST, PORT] = HOST_AND_PORT.split(':');
const BASE_PATH = `/${BASE.join('/')}/2018-06-01/runtime`;

/** One keep-alive connection, one request at a time. It holds the event loop only while an answer is awaited. */
class Connection {
  #socket = net.connect({ host: HOST, port: Number(PORT), noDelay: true });
  #received = Buffer.alloc(0);
  #resolve;

  constructor() {
    this.#socket.on('data', (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#parse();
    });
    // Without its Runtime API a runtime has nothing to live for.
    this.#socket.on('error', () => process.kill(process.pid, 'SIGKILL'));
    this.#socket.on('close', () => process.kill(process.pid, 'SIGKILL'));
    this.#socket.unref();
  }

  request(method, target, body, headers = '') {
    const content = Buffer.from(body ?? '');
    const head =
      `${method} ${BASE_PATH}${target} HTTP/1.1\r\nHost: ${HOST_AND_PORT}\r\n${headers}` +
      (method === 'POST' ? `Content-Type: application/json\r\nContent-Length: ${content.length}\r\n\r\n` : '\r\n');
    this.#socket.ref();
    this.#socket.write(content.length === 0 ? head : Buffer.concat([Buffer.from(head), content]));
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  /** The server always states the length of its answers. */
  #parse() {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const [statusLine, ...lines] = this.#received.toString('latin1', 0, headEnd).split('\r\n');
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const end = headEnd + 4 + Number(headers['content-length'] ?? 0);
    if (this.#received.length < end) return;
    const body = this.#received.toString('utf8', headEnd + 4, end);
    this.#received = this.#received.subarray(end);
    this.#socket.unref();
    this.#resolve({ status: Number(statusLine.split(' ')[1]), headers, body });
  }
}

const api = new Connection();

async function loadHandler() {
  if (_HANDLER.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${_HANDLER}' is not a valid handler name. Use absolute paths.`);
  }
  const name = path.basename(_HANDLER);
  const dot = name.indexOf('.');
  if (dot < 1) throw runtimeError('MalformedHandlerName', 'Bad handler');
  const folder = path.resolve(LAMBDA_TASK_ROOT, _HANDLER.slice(0, -name.length));
  const module = await loadModule(folder, name.slice(0, dot));
  const keys = name.slice(dot + 1).split('.');
  const find = (root) => keys.reduce((node, key) => node?.[key], root);
  const handler = find(module) ?? find(module.default);
  if (handler === undefined) throw runtimeError('HandlerNotFound', `${_HANDLER} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${_HANDLER} is not a function`);
  if (handler.length >= 3) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      'Callback-based function handlers are not supported from Node.js 24 on: make the handler an async function.',
    );
  }
  return handler;
}

async function loadModule(folder, name) {
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      const file = path.join(folder, name + extension);
      if (existsSync(file)) return await import(pathToFileURL(file).href);
    }
    const require = createRequire(import.meta.url);
    return require(require.resolve(name, { paths: [LAMBDA_TASK_ROOT, folder] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(runtimeError('UserCodeSyntaxError', String(error)), { stack: error.stack });
    }
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}

/** Set while an invocation runs: what ends it when the event loop has nothing left to do. */
let onDrained;
process.on('beforeExit', () => onDrained?.());

let isEnding = false;

/** Tells the platform, then exits. A connection of its own, since the other one may be waiting for an invocation. */
async function endProcess(error, exitCode) {
  if (isEnding) return;
  isEnding = true;
  const target = requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`;
  const payload = errorPayload(error);
  const type = `Lambda-Runtime-Function-Error-Type: ${headerValue(payload.errorType)}\r\n`;
  await new Connection().request('POST', target, JSON.stringify(payload), type);
  process.exit(exitCode);
}

function headerValue(text) {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 256);
}

process.on('uncaughtException', (thrown) => {
  log('ERROR', 'Uncaught Exception', formatError(thrown));
  void endProcess(thrown, 129);
});

process.on('unhandledRejection', (reason, promise) => {
  const error = runtimeError('UnhandledPromiseRejection', String(reason?.toString()));
  log('ERROR', 'Unhandled Promise Rejection', formatError(Object.assign(error, { reason, promise })));
  void endProcess(error, 128);
});

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const { env } = process;
  env['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id'];
  return {
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function runInvocation(handler, { headers, body }) {
  requestId = headers['lambda-runtime-aws-request-id'];
  const context = contextOf(headers);
  try {
    const drained = new Promise((_, reject) => {
      const message = 'The event loop ended while a promise was still pending: it can never be settled.';
      onDrained = () => reject(runtimeError('NodeJsExit', message));
    });
    const result = await Promise.race([drained, callHandler(handler, JSON.parse(body), context)]);
    onDrained = undefined;
    await nextTurn();
    await api.request('POST', `/invocation/${requestId}/response`, stringify(result));
  } catch (thrown) {
    onDrained = undefined;
    const error = intoError(thrown);
    await nextTurn();
    log('ERROR', 'Invoke Error', formatError(error));
    const payload = errorPayload(error);
    const type = `Lambda-Runtime-Function-Error-Type: ${headerValue(payload.errorType)}\r\n`;
    await api.request('POST', `/invocation/${requestId}/error`, JSON.stringify(payload), type);
  }
}

async function callHandler(handler, event, context) {
  return handler(event, context);
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

if (process.argv.includes('--watch-stdin')) {
  const { Worker } = await import('node:worker_threads');
  const watch = `
    const input = new (require('node:net').Socket)({ fd: 0 });
    for (const event of ['end', 'error', 'close']) input.on(event, () => process.kill(process.pid, 'SIGKILL'));
    input.resume();`;
  // In a thread of its own: it acts while the function's code blocks the main one.
  new Worker(watch, { eval: true }).unref();
}

try {
  const handler = await loadHandler();
  for (;;) {
    // How much was logged lets the platform write END and REPORT after the last line of the function.
    const invocation = await api.request('GET', '/invocation/next', undefined, `X-Logged-Bytes: ${loggedBytes}\r\n`);
    await runInvocation(handler, invocation);
  }
} catch (thrown) {
  log('ERROR', 'Uncaught Exception', formatError(thrown));
  await endProcess(thrown, 129);
}
