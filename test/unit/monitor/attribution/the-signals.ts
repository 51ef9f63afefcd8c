import { Attribution, type AttributionOptions } from '../../../../monitor/attribution/attribution.ts';
import type { StepFailure } from '../../../../monitor/queue/execution-queue.ts';
import { LogReader } from '../../../../monitor/log/log-reader.ts';
import { Signals } from '../../../../monitor/attribution/signals.ts';
import type { BarredRecord } from '../../../../workflow/records.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { aLogGroup, STEP_FUNCTIONS } from '../builders.ts';

/** All the times at which the lines are looked for that a failure waits for. */
export async function lookUpToTheEnd({ signals, clock }: Pick<ReturnType<typeof theSignals>, 'signals' | 'clock'>) {
  const { signal } = new AbortController();
  for (const pauseMs of [0, 5_000, 15_000, 30_000, 45_000]) {
    await clock.advance(pauseMs);
    // One query a call: two, for what looks for its request and for its stream.
    for (let calls = 0; calls < 2; calls += 1) await signals.lookUp(signal);
  }
}

/** Signals of the booking's steps, and what they report. */
export function theSignals(options: Partial<AttributionOptions> = {}) {
  const clock = new FakeClock();
  const group = aLogGroup();
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  const attribution = new Attribution({ functionOf, ...options });
  const { readPage } = new LogReader({ client: group.client, logGroup: 'steps', clock, paceMs: 0 });
  const reported: { executionId: string; failure?: StepFailure }[] = [];
  const barred: BarredRecord[] = [];
  const metrics = new RecordingMetrics();
  const signals = new Signals({
    attribution,
    readPage,
    clock,
    logger: new RecordingLogger(),
    metrics,
    lastStep: 'payment',
    longestRunMs: 900_000,
    onFailure: (executionId, failure) => reported.push({ executionId, ...(failure && { failure }) }),
    onBarred: (record) => barred.push(record),
  });
  return { signals, attribution, group, clock, metrics, reported, barred };
}
