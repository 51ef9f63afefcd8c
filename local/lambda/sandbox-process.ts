import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { LogLine } from '../ports.ts';
import { OutputLines } from './output-lines.ts';
import { killGroup, type ProcessNotes } from './process-notes.ts';
import type { RuntimeApi, RuntimeInvocation, RuntimeSession } from './runtime-api.ts';
import { MAX_RESPONSE_BYTES } from './runtime-api.ts';
import type { Runtime } from './runtimes.ts';
import { TelemetryFrames } from './telemetry-frames.ts';

/** Of util-linux: the kernel then ends the child with its parent, whatever the child is doing. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What a runtime posted for an invocation. The payload is JSON. */
export type Posted = { readonly kind: 'response' | 'error'; readonly payload: string };

export interface SandboxProcessOptions {
  readonly id: string;
  readonly runtime: Runtime;
  readonly codeDirectory: string;
  readonly memoryMiB: number;
  readonly environment: (runtimeApi: string) => Record<string, string>;
  readonly runtimeApi: RuntimeApi;
  readonly notes: ProcessNotes;
  readonly onLines: (lines: readonly LogLine[]) => void;
}

/**
 * One operating system process with a runtime in it: started, given invocations, ended. It decides nothing: how an end
 * is to be read is the sandbox's affair.
 */
export class SandboxProcess implements RuntimeSession {
  readonly pid: number | undefined;
  /** Resolves once the process is gone and everything that it printed has been read. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #frames = new TelemetryFrames();
  readonly #outputs: readonly Output[];
  #turn = newTurn();
  #onFramesRead: (() => void) | undefined;
  #deliver: ((invocation: RuntimeInvocation) => void) | undefined;
  #requestId: string | undefined;
  #posted: Posted | undefined;
  #initError: string | undefined;
  #isEnded = false;
  #isFrozen = false;

  constructor(options: SandboxProcessOptions) {
    const { id, notes, onLines, runtime, runtimeApi } = options;
    const command = [...runtime.command(options.memoryMiB), id];
    const [program = '', ...args] =
      SETPRIV === undefined ? [...command, '--watch-stdin'] : [SETPRIV, '--pdeathsig', 'KILL', '--', ...command];
    this.#child = spawn(program, args, {
      cwd: options.codeDirectory,
      env: options.environment(runtimeApi.register(id, this)),
      stdio: [SETPRIV === undefined ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.pid = this.#child.pid;
    if (this.pid !== undefined) notes.add(this.pid, id);
    const { stdin, stdout, stderr, stdio } = this.#child;
    stdin?.on('error', () => undefined); // Its only use is to be closed by our death.
    this.#outputs = [stdout, stderr].map((output) => readOutput(output as Readable, onLines));
    (stdio[3] as Readable).on('data', (chunk: Buffer) => {
      const lines = this.#frames.read(chunk);
      if (lines.length > 0) onLines(lines);
      this.#onFramesRead?.();
    });
    this.ended = this.#end().then((end) => {
      this.#isEnded = true;
      runtimeApi.unregister(id);
      if (this.pid !== undefined) notes.remove(this.pid);
      this.#turn.end(end);
      return end;
    });
  }

  /** False on systems where only the child itself can notice that its parent died: a stopped one cannot. */
  static readonly canBeFrozen = SETPRIV !== undefined;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What the runtime said about why it could not start, as JSON. */
  get initError(): string | undefined {
    return this.#initError;
  }

  /** Resolves when the runtime asks for its first invocation, or has ended. */
  started(): Promise<'ready' | ProcessEnd> {
    return this.#turn.ended;
  }

  /** Resolves when the runtime asks for the next one, with its log read up to there, or has ended. */
  async run(
    invocation: RuntimeInvocation,
  ): Promise<{ readonly posted: Posted | undefined; readonly end: ProcessEnd | undefined }> {
    this.#turn = newTurn();
    this.#requestId = invocation.requestId;
    this.#posted = undefined;
    this.thaw();
    this.#deliver?.(invocation);
    const outcome = await (this.#isEnded ? this.ended : this.#turn.ended);
    this.#requestId = undefined;
    return { posted: this.#posted, end: outcome === 'ready' ? undefined : outcome };
  }

  /** As Lambda does between invocations: timers and open promises of the function stand still. */
  freeze(): void {
    if (!SandboxProcess.canBeFrozen || this.#isEnded) return;
    this.#child.kill('SIGSTOP');
    this.#isFrozen = true;
  }

  /** Of a process that goes from one invocation to the next nothing was stopped. */
  thaw(): void {
    if (!this.#isFrozen || this.#isEnded) return;
    this.#child.kill('SIGCONT');
    this.#isFrozen = false;
  }

  kill(): void {
    if (this.pid !== undefined && !this.#isEnded) killGroup(this.pid);
  }

  next(loggedBytes: number): Promise<RuntimeInvocation> {
    return new Promise((resolve) => {
      this.#deliver = resolve;
      // What was printed before the runtime asked was there to be read before its request was, so it has been read by the
      // end of this turn of the event loop. (No count of bytes as for the frames: the function's own children print, too.)
      setImmediate(() => {
        for (const output of this.#outputs) output.flush();
        this.#onFramesRead = () => {
          if (this.#frames.readBytes < loggedBytes) return;
          this.#onFramesRead = undefined;
          this.#turn.end('ready');
        };
        this.#onFramesRead();
      });
    });
  }

  takeResponse(requestId: string, payload: string): boolean {
    return this.#post(requestId, { kind: 'response', payload });
  }

  takeError(requestId: string, payload: string): boolean {
    return this.#post(requestId, { kind: 'error', payload });
  }

  takeInitError(payload: string): void {
    this.#initError ??= payload;
  }

  takeTooLargeResponse(requestId: string, bytes: number): void {
    const errorMessage =
      `Response payload size (${String(bytes)} bytes) exceeded maximum allowed payload size ` +
      `(${String(MAX_RESPONSE_BYTES)} bytes).`;
    this.#post(requestId, {
      kind: 'error',
      payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }),
    });
  }

  #post(requestId: string, posted: Posted): boolean {
    if (requestId !== this.#requestId || this.#posted !== undefined) return false;
    this.#posted = posted;
    return true;
  }

  async #end(): Promise<ProcessEnd> {
    const { pid } = this;
    // What the function started may hold its pipes open, so it has to go before they can close.
    this.#child.once('exit', () => pid !== undefined && killGroup(pid));
    return new Promise((resolve) => {
      this.#child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
      this.#child.once('error', () => resolve({ exitCode: 127, signal: null }));
    });
  }
}

/**
 * What the process does between two moments when it has nothing to do: its start, an invocation. It ends ready for the next, or with
 * the process. (Not a race against the process's end: that promise would hold on to every invocation there ever was.)
 */
interface Turn {
  readonly ended: Promise<'ready' | ProcessEnd>;
  readonly end: (outcome: 'ready' | ProcessEnd) => void;
}

function newTurn(): Turn {
  let end: Turn['end'] = () => undefined;
  const ended = new Promise<'ready' | ProcessEnd>((resolve) => (end = resolve));
  return { ended, end: (outcome) => end(outcome) };
}

interface Output {
  /** Makes an event of a line without an end: what the next invocation prints must not be added to it. */
  flush(): void;
}

function readOutput(output: Readable, onLines: (lines: readonly LogLine[]) => void): Output {
  const lines = new OutputLines();
  const emit = (messages: readonly string[]): void => {
    const timestamp = Date.now();
    if (messages.length > 0) onLines(messages.map((message) => ({ timestamp, message })));
  };
  output.on('data', (chunk: Buffer) => emit(lines.read(chunk)));
  const flush = (): void => emit(lines.end());
  output.on('end', flush);
  return { flush };
}
