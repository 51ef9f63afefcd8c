import { endLine, startLine } from '../../local/lambda/platform-lines.ts';
import type { StepLine } from '../../workflow/step-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Fault, FaultPoint, StepName } from './simulated-faults.ts';
import {
  diedLines,
  failedInitLines,
  nodeLine,
  printedLines,
  report,
  tellsFailure,
  thrownLines,
  timedOutLines,
  type Print,
} from './simulated-lines.ts';
import { never, type SimulatedS3 } from './simulated-s3.ts';
import type { Sandbox } from './simulated-sandboxes.ts';
import { simulatedStep } from './simulated-step.ts';

export interface Invocation {
  readonly step: StepName;
  readonly executionId: string;
  readonly attempt: number;
  readonly requestId: string;
  readonly event: object;
  readonly fault: Fault | undefined;
  readonly prints: readonly Print[];
  /** Where it runs; '' before. */
  streamName: string;
  /** When the first line can be read that ties the request to its execution; infinite: lost or not written. */
  tiedAt: number;
  /** When the first line can be read that says how it failed. */
  failureSeenAt: number;
  /** When Lambda took the event. */
  readonly takenAt: number;
}

/** How the process answered: with a result, or with what Lambda tells a destination of an event that it gives up. */
export type Answer = { readonly errorType: string; readonly errorMessage: string } | undefined;

export interface InvocationWorld {
  readonly clock: Clock;
  readonly s3: SimulatedS3;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** How long the function's own work takes, in time if it is left alone. */
  readonly workMs: () => number;
  /** Gives the instant at which the line can be read. */
  readonly write: (streamName: string, timestamp: number, message: string) => number;
}

type End = { readonly kind: 'returned' | 'timed-out' | 'died' } | { readonly kind: 'threw'; readonly error: unknown };

/** Runs one invocation as Lambda does, with the real step wrapper and logic, until its process has answered or is gone. */
export async function runInvocation(world: InvocationWorld, sandbox: Sandbox, invocation: Invocation): Promise<Answer> {
  const { clock, random, timeoutMs } = world;
  const { requestId, fault } = invocation;
  const now = () => clock.now() + sandbox.skewMs;
  const write = (message: string) => world.write(sandbox.streamName, now(), message);
  const writeFailure = (lines: readonly string[]) => {
    for (const line of lines) {
      const seenAt = write(line);
      if (tellsFailure(line)) invocation.failureSeenAt = Math.min(invocation.failureSeenAt, seenAt);
    }
  };
  const startedAt = clock.now();
  invocation.streamName = sandbox.streamName;
  if (fault?.kind === 'fails-to-load') {
    writeFailure(failedInitLines(requestId, now()));
    return { errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'x'" };
  }
  if (!sandbox.isWarm) {
    write('INIT_START Runtime Version: nodejs:24.v12\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:ab\n');
    await clock.sleep(100 + Math.floor(random() * 300));
    sandbox.isWarm = true;
  }
  write(startLine(requestId));
  let isDead = false;
  let die: () => void = () => undefined;
  const died = new Promise<End>((resolve) => (die = () => resolve({ kind: 'died' })));
  const strike = async (at: FaultPoint): Promise<void> => {
    if (fault === undefined || !('at' in fault) || fault.at !== at) return;
    if (fault.kind === 'throws') throw fault.error;
    if (fault.kind === 'dies') die();
    await never();
  };
  const handler = simulatedStep({
    name: invocation.step,
    store: world.s3.stores({ isDead: () => isDead }),
    clock: { now },
    log: (line) => noteLine(invocation, line, write(nodeLine(now(), requestId, 'INFO', JSON.stringify(line)))),
    begin: async () => {
      for (const line of invocation.prints.flatMap((print) => printedLines(now(), requestId, print))) write(line);
      await clock.sleep(Math.floor(world.workMs()));
    },
    strike,
  });
  const timer = new AbortController();
  const end = await Promise.race<End>([
    handler(invocation.event, { awsRequestId: requestId, logStreamName: sandbox.streamName }).then(
      () => ({ kind: 'returned' }),
      (error: unknown) => ({ kind: 'threw', error }),
    ),
    died,
    clock.sleep(timeoutMs, timer.signal).then(
      () => ({ kind: 'timed-out' }),
      () => never(),
    ),
  ]);
  timer.abort();
  isDead = end.kind !== 'returned' && end.kind !== 'threw';
  if (isDead) sandbox.isWarm = false;
  const told = (errorType: string, reason: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${reason}`,
  });
  const ran = { requestId, durationMs: clock.now() - startedAt, at: now() };
  switch (end.kind) {
    case 'timed-out':
      writeFailure(timedOutLines(ran, fault?.kind === 'times-out' ? fault.spelling : 'status'));
      return told('Sandbox.Timedout', 'Task timed out after 10.00 seconds');
    case 'died':
      writeFailure(diedLines(ran, fault?.kind === 'dies' ? fault.how : 'exit'));
      return told('Runtime.ExitError', 'Runtime exited with error: exit status 1');
    case 'threw':
      writeFailure([...thrownLines(ran, end.error), endLine(requestId), report(ran, { status: 'success' })]);
      return answerOf(end.error);
    case 'returned':
      for (const line of [endLine(requestId), report(ran, { status: 'success' })]) write(line);
      return undefined;
  }
}

function answerOf(error: unknown): Answer {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message };
}

function noteLine(invocation: Invocation, line: StepLine, seenAt: number): void {
  if (line.event === 'step.started') invocation.tiedAt = seenAt;
  else if (line.outcome === 'FAILED') invocation.failureSeenAt = Math.min(invocation.failureSeenAt, seenAt);
}
