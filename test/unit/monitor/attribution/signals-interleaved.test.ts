import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../../monitor/classifier/log-event.ts';
import { endLine, PAYMENT_STREAM, printed, reportLine, startLine } from '../builders.ts';
import { theSignals } from './the-signals.ts';

const forever = new AbortController().signal;
const INVOCATIONS = 50;
const FORMATS = ['node-text', 'node-text', 'node-json', 'python-text', 'python-text'] as const;
type Format = (typeof FORMATS)[number];
const FATES = [
  'succeeds',
  'complains',
  'throws',
  'throws-without-end-line',
  'times-out',
  'killed-by-the-one-before',
] as const;
type Fate = (typeof FATES)[number];
/** Longer than everything that waits. */
const PAUSES_MS = [0, 5_000, 15_000, 30_000, 45_000, 60_000, 900_000];

interface Invocation {
  readonly n: number;
  readonly requestId: string;
  readonly executionId: string;
  readonly fate: Fate;
}

const idOf = (n: number) => String(n).padStart(12, '0');
const anInvocation = (fate: Fate, n: number): Invocation => ({
  n,
  fate,
  requestId: `11111111-2222-3333-4444-${idOf(n)}`,
  executionId: `01890000-0000-7000-8000-${idOf(n)}`,
});
const fails = ({ fate }: Invocation) => fate !== 'succeeds' && fate !== 'complains';

/** What a function prints through the console, or `logging`. */
function say(format: Format, line: string, requestId: string, level = 'INFO'): string {
  const text = line.slice(line.indexOf('{'));
  if (format === 'node-text') return printed(text, requestId, level);
  if (format === 'python-text') return `[${level}]\t2026-01-01T00:00:00.000Z\t${requestId}\t${text}`;
  return JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', level, requestId, message: text });
}

function thrown(format: Format, requestId: string): string {
  const error = { errorType: 'TypeError', errorMessage: 'm' };
  if (format === 'node-text') return printed(`Invoke Error \t${JSON.stringify(error)}`, requestId, 'ERROR');
  if (format === 'python-text')
    return '[ERROR] TypeError: m\nTraceback (most recent call last):\n\u00a0\u00a0File "/var/task/app.py", line 1';
  const message = { ...error, stackTrace: ['TypeError: m'] };
  return JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', level: 'ERROR', requestId, message });
}

/** An error that the function logs and survives; in Node’s JSON format it looks like one that it died of. */
function complaint(format: Format, requestId: string): string {
  return format === 'node-json'
    ? thrown(format, requestId)
    : say(format, '{"errorType":"TypeError"}', requestId, 'ERROR');
}

/** Of the invocation before it in its stream, or of itself when there is none. */
function rejection(format: Format, { n, requestId }: Invocation): string {
  const starter = n < FORMATS.length ? requestId : anInvocation('succeeds', n - FORMATS.length).requestId;
  const error = JSON.stringify({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'm' });
  return format === 'node-text' ? printed(`Unhandled Promise Rejection \t${error}`, starter, 'ERROR') : '';
}

function platform(format: Format, what: 'start' | 'end' | 'report', requestId: string, status = ''): string {
  if (format !== 'node-json')
    return {
      start: `START RequestId: ${requestId} Version: $LATEST\n`,
      end: `END RequestId: ${requestId}\n`,
      report: reportLine(status && `\tStatus: ${status}`, requestId),
    }[what];
  if (what === 'end') return '';
  const record =
    what === 'start' ? { requestId, version: '1' } : { requestId, status: status || 'success', metrics: {} };
  return JSON.stringify({ time: '2026-07-09T06:05:50.562Z', type: `platform.${what}`, record });
}

const streamOf = (stream: number) => PAYMENT_STREAM.replace('0123', String(stream).repeat(4));

function linesOf(format: Format, invocation: Invocation): readonly string[] {
  const { requestId, executionId, fate } = invocation;
  const end = (outcome: string) => say(format, endLine({ requestId, executionId, outcome }), requestId);
  const middle: Record<Fate, readonly string[]> = {
    succeeds: [end('SUCCEEDED')],
    complains: [complaint(format, requestId), end('SUCCEEDED')],
    throws: [end('FAILED'), thrown(format, requestId)],
    'throws-without-end-line': [thrown(format, requestId)],
    'times-out': [complaint(format, requestId)],
    'killed-by-the-one-before': [
      rejection(format, invocation),
      `RequestId: ${requestId} Error: Runtime exited with error: exit status 128\nRuntime.ExitError\n`,
    ],
  };
  const status = { 'times-out': 'timeout', 'killed-by-the-one-before': 'error' }[fate as string] ?? '';
  return [
    platform(format, 'start', requestId),
    say(format, startLine({ requestId, executionId, logStream: streamOf(invocation.n % FORMATS.length) }), requestId),
    ...middle[fate],
    platform(format, 'end', requestId),
    platform(format, 'report', requestId, status),
  ].filter((line) => line !== '');
}

/** Every stream’s lines in its order, `stepMs` apart. */
function theLog(invocations: readonly Invocation[], stepMs: (n: number) => number): readonly LogEvent[] {
  let lines = 0;
  return FORMATS.flatMap((format, stream) => {
    const own = invocations.filter(({ n }) => n % FORMATS.length === stream);
    let timestamp = 1_767_225_600_000;
    return own
      .flatMap((invocation) => linesOf(format, invocation))
      .map((message) => {
        timestamp += stepMs(lines);
        lines += 1;
        return { eventId: `line-${lines}`, timestamp, streamName: streamOf(stream), message };
      });
  });
}

/** Lines dealt out to pages, which keep every stream’s order, and come in an order of their own. */
function pagesOf(events: readonly LogEvent[], deal: readonly number[], order: readonly number[]) {
  const pages = order.map((page) => events.filter((_, n) => deal[n % deal.length] === page));
  return pages.map((page) => [...page].sort((a, b) => a.timestamp - b.timestamp));
}

const PAGES = 6;
const fates = fc.array(fc.constantFrom(...FATES), { minLength: INVOCATIONS, maxLength: INVOCATIONS });
const deals = fc.array(fc.nat(PAGES - 1), { minLength: 97, maxLength: 97 });
const orders = fc.shuffledSubarray([...Array(PAGES).keys()], { minLength: PAGES });

async function readAll(pages: readonly (readonly LogEvent[])[], held: readonly LogEvent[]) {
  const { signals, clock, group, reported } = theSignals();
  group.held.push(...held);
  for (const page of pages) signals.take(page);
  for (const pauseMs of PAUSES_MS) {
    await clock.advance(pauseMs);
    // One query a call, for twenty requests at most: enough calls for all of them.
    for (let n = 0; n < 12; n += 1) await signals.lookUp(forever);
  }
  return reported.map(({ executionId, failure }) => `${executionId} ${failure?.failure.requestId ?? ''}`).sort();
}

const idsOf = (invocations: readonly Invocation[]) =>
  invocations.map(({ executionId, requestId }) => `${executionId} ${requestId}`).sort();

describe('fifty invocations in five streams', () => {
  it('that fail are each reported once, and no other, in whatever order the pages of their lines come', async () => {
    await fc.assert(
      fc.asyncProperty(fates, deals, orders, async (chosen, deal, order) => {
        const invocations = chosen.map(anInvocation);
        const log = theLog(invocations, () => 1);
        expect(await readAll(pagesOf(log, deal, order), log)).toEqual(idsOf(invocations.filter(fails)));
      }),
      { numRuns: 25 },
    );
  });

  it('that fail are at most reported once, and no other ever, when lines share milliseconds and some are lost', async () => {
    let [found, failed] = [0, 0];
    const losses = fc.array(fc.nat(9), { minLength: 89, maxLength: 89 });
    const steps = fc.array(fc.nat(1), { minLength: 83, maxLength: 83 });
    await fc.assert(
      fc.asyncProperty(fates, deals, orders, losses, steps, async (chosen, deal, order, lost, step) => {
        const invocations = chosen.map(anInvocation);
        // Without its end line a success that complained looks like a failure, and only S3 knows better.
        const isKept = ({ message }: LogEvent, n: number) =>
          lost[n % lost.length] !== 0 || message.includes('SUCCEEDED');
        const log = theLog(invocations, (n) => step[n % step.length] ?? 1).filter(isKept);
        const failing = new Set(idsOf(invocations.filter(fails)));
        const reported = await readAll(pagesOf(log, deal, order), log);
        expect(reported.filter((one) => !failing.has(one))).toEqual([]);
        expect(new Set(reported).size).toBe(reported.length);
        found += reported.length;
        failed += failing.size;
      }),
      { numRuns: 25 },
    );
    expect(found).toBeGreaterThan(failed / 2);
  });
});
