import { randomBytes } from 'node:crypto';
import type { Revision } from './lambda-function.ts';
import * as lines from './platform-lines.ts';
import type { PlatformStatus, TimeoutSpelling } from './platform-lines.ts';
import type { ResidentMemory } from './resident-memory.ts';
import type { RuntimeInvocation } from './runtime-api.ts';
import type { SandboxLog } from './sandbox-log.ts';
import type { Posted, ProcessEnd, SandboxProcess } from './sandbox-process.ts';

export interface Invocation {
  readonly requestId: string;
  /** JSON */
  readonly payload: string;
}

export interface InvocationResult {
  /** JSON */
  readonly payload: string;
  readonly functionError: 'Unhandled' | undefined;
  readonly logTail: string;
}

/** The local AWS is shutting down in the middle of an invocation. Nothing is known of how it would have ended. */
export class SandboxDisposedError extends Error {
  override readonly name = 'SandboxDisposedError';

  constructor(requestId: string) {
    super(`Lambda was shut down before the invocation ${requestId} had ended.`);
  }
}

export interface SandboxOptions {
  readonly id: string;
  readonly revision: Revision;
  /** As INIT_START tells it. */
  readonly runtimeVersion: string;
  readonly log: SandboxLog;
  readonly memory: ResidentMemory;
  readonly initTimeoutMs: number;
  readonly timeoutSpelling: TimeoutSpelling;
  readonly startProcess: () => SandboxProcess;
}

/**
 * One execution environment with its log stream. It outlives its process, as on AWS:
 *
 *   new ── initialize() ──▶ ready (process) ── invoke() ──▶ ready …
 *                     └───▶ bare (no process: init failed, timed out; or an invocation killed it)
 *   bare ── invoke() ──▶ initializes again inside the invocation's own time, then runs
 *
 * Everything ends in `dispose()`.
 */
export class Sandbox {
  readonly revision: Revision;
  readonly #options: SandboxOptions;
  readonly #log: SandboxLog;
  #process: SandboxProcess | undefined;
  #initMs: number | undefined;
  #peakBytes = 0;
  #isDisposed = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.revision = options.revision;
    this.#log = options.log;
  }

  get isReady(): boolean {
    return this.#process?.isEnded === false;
  }

  /** The init phase, with its own time. A failure is no invocation's failure: the next invoke tries again. */
  async initialize(): Promise<'ready' | 'failed'> {
    this.#log.write(lines.initStartLine(this.#options.runtimeVersion));
    const startedAt = performance.now();
    const outcome = await this.#startProcess(this.#options.initTimeoutMs);
    const initMs = performance.now() - startedAt;
    if (outcome.status.status === 'success') {
      this.#initMs = initMs;
      return 'ready';
    }
    if (!this.#isDisposed) this.#log.write(lines.initReportLine('init', initMs, outcome.status));
    return 'failed';
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { timeoutSeconds } = this.revision.configuration;
    const timeoutMs = timeoutSeconds * 1000;
    const startedAt = performance.now();
    const deadlineAt = Date.now() + timeoutMs;
    if (!this.isReady) {
      const init = await this.#startProcess(timeoutMs);
      const elapsedMs = performance.now() - startedAt;
      if (init.status.status !== 'success') {
        if (!this.#isDisposed) {
          this.#log.write(lines.initReportLine('invoke', elapsedMs, init.status));
          this.#log.write(lines.startLine(invocation.requestId));
        }
        return this.#conclude(invocation, { startedAt, status: init.status, posted: postedInit(init), end: init.end });
      }
    }
    this.#log.write(lines.startLine(invocation.requestId));
    const runtimeInvocation: RuntimeInvocation = {
      ...invocation,
      functionArn: this.revision.configuration.arn,
      deadlineAt,
      traceId: traceId(),
    };
    const run = await this.#runWithin(timeoutMs - (performance.now() - startedAt), runtimeInvocation);
    return this.#conclude(invocation, { startedAt, ...run });
  }

  /** Between invocations nothing of the function runs. */
  freeze(): void {
    this.#process?.freeze();
  }

  /** Resolves when no process of it is left. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#process?.kill();
    await this.#process?.ended;
  }

  async #startProcess(timeoutMs: number): Promise<InitOutcome> {
    const sandboxProcess = this.#options.startProcess();
    this.#process = sandboxProcess;
    const { result, cut } = await this.#limited(sandboxProcess, timeoutMs, () => sandboxProcess.started());
    if (result === 'ready') return { status: { status: 'success' }, end: undefined, posted: undefined };
    this.#process = undefined;
    const posted = sandboxProcess.initError;
    return { status: statusOf(cut, posted), end: result, posted };
  }

  async #runWithin(timeoutMs: number, invocation: RuntimeInvocation): Promise<RunOutcome> {
    const sandboxProcess = this.#process as SandboxProcess;
    const { result, cut } = await this.#limited(sandboxProcess, timeoutMs, () => sandboxProcess.run(invocation));
    const { posted, end } = result;
    if (end === undefined) return { status: { status: 'success' }, posted, end };
    this.#process = undefined;
    return { status: statusOf(cut, undefined), posted, end };
  }

  /** Ends the process when it takes too long or outgrows its memory, and says which. */
  async #limited<T>(
    sandboxProcess: SandboxProcess,
    timeoutMs: number,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly cut: 'timeout' | 'memory' | undefined }> {
    let cut: 'timeout' | 'memory' | undefined;
    const end = (reason: 'timeout' | 'memory'): void => {
      cut ??= reason;
      sandboxProcess.kill();
    };
    const pid = sandboxProcess.pid ?? -1;
    const limitBytes = this.revision.configuration.memoryMiB * 1024 * 1024;
    this.#options.memory.watch(pid, limitBytes, () => end('memory'));
    const timer = setTimeout(() => end('timeout'), Math.max(0, timeoutMs));
    try {
      return { result: await work(), cut };
    } finally {
      clearTimeout(timer);
      this.#peakBytes = Math.max(this.#peakBytes, this.#options.memory.unwatch(pid));
    }
  }

  #conclude(invocation: Invocation, run: RunOutcome & { readonly startedAt: number }): InvocationResult {
    if (this.#isDisposed) throw new SandboxDisposedError(invocation.requestId);
    const { requestId } = invocation;
    const { memoryMiB, timeoutSeconds } = this.revision.configuration;
    const { status, posted, end } = run;
    const isTimeout = status.status === 'timeout';
    const isToldByMessage = isTimeout && this.#options.timeoutSpelling === 'message';
    const exit = end === undefined || isTimeout ? undefined : lines.describeExit(end.exitCode, end.signal);
    const isKnownInitError =
      posted !== undefined && status.status === 'error' && status.errorType !== 'Runtime.ExitError';
    if (exit !== undefined && !isKnownInitError) this.#log.write(lines.exitLine(requestId, exit));
    this.#log.write(lines.endLine(requestId));
    const durationMs = isTimeout ? timeoutSeconds * 1000 : performance.now() - run.startedAt;
    const peakMiB = Math.ceil(this.#peakBytes / 1024 / 1024);
    this.#log.write(
      lines.reportLine({
        requestId,
        durationMs,
        initMs: this.#initMs,
        memoryMiB,
        maxMemoryUsedMiB: Math.min(memoryMiB, peakMiB),
        outcome: isToldByMessage ? { status: 'success' } : status,
      }),
    );
    if (isToldByMessage) this.#log.write(lines.timeoutLine(requestId, timeoutSeconds, Date.now()));
    this.#initMs = undefined;
    return { ...answerOf(requestId, run, exit, timeoutSeconds), logTail: this.#log.takeTail() };
  }
}

interface RunOutcome {
  readonly status: PlatformStatus;
  readonly posted: Posted | undefined;
  /** Absent while the process lives. */
  readonly end: ProcessEnd | undefined;
}

interface InitOutcome {
  readonly status: PlatformStatus;
  readonly end: ProcessEnd | undefined;
  /** The runtime's own account of the error, as JSON. */
  readonly posted: string | undefined;
}

function postedInit(init: InitOutcome): Posted | undefined {
  return init.posted === undefined ? undefined : { kind: 'error', payload: init.posted };
}

/** Of a process that has ended. */
function statusOf(cut: 'timeout' | 'memory' | undefined, initError: string | undefined): PlatformStatus {
  if (cut === 'timeout') return { status: 'timeout' };
  if (cut === 'memory') return { status: 'error', errorType: 'Runtime.OutOfMemory' };
  return { status: 'error', errorType: errorTypeIn(initError) ?? 'Runtime.ExitError' };
}

function errorTypeIn(payload: string | undefined): string | undefined {
  if (payload === undefined) return undefined;
  try {
    const { errorType } = JSON.parse(payload) as { errorType?: unknown };
    return typeof errorType === 'string' ? errorType : undefined;
  } catch {
    return undefined; // A runtime that posts nonsense is treated as one that only exited.
  }
}

function answerOf(
  requestId: string,
  run: RunOutcome,
  exit: string | undefined,
  timeoutSeconds: number,
): Omit<InvocationResult, 'logTail'> {
  const { status, posted } = run;
  if (status.status === 'success') {
    if (posted?.kind === 'response') return { payload: posted.payload, functionError: undefined };
    return { payload: posted?.payload ?? 'null', functionError: 'Unhandled' };
  }
  if (posted?.kind === 'error' && status.status === 'error')
    return { payload: posted.payload, functionError: 'Unhandled' };
  const [errorType, what] =
    status.status === 'timeout'
      ? ['Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`]
      : [status.errorType, exit ?? 'Runtime exited without providing a reason'];
  const payload = JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${what}` });
  return { payload, functionError: 'Unhandled' };
}

function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = randomBytes(20).toString('hex');
  return `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(24, 40)};Sampled=0`;
}
