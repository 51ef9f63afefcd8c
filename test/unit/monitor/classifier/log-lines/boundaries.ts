import { reportLine, REQUEST } from '../../builders.ts';
import { record, type RawLine } from './raw-line.ts';

/** Where invocations begin and end, all of REQUEST. */
export const BOUNDARIES: readonly (RawLine & { readonly kind: 'invocation-started' | 'invocation-ended' })[] = [
  { what: 'START', line: `START RequestId: ${REQUEST} Version: $LATEST\n`, kind: 'invocation-started' },
  { what: 'END', line: `END RequestId: ${REQUEST}\n`, kind: 'invocation-ended' },
  { what: 'a report of a success or a throw, which say the same', line: reportLine(), kind: 'invocation-ended' },
  {
    what: 'a report with a status that nobody knows',
    line: reportLine('\tStatus: unheard'),
    kind: 'invocation-ended',
  },
  {
    what: 'the same after a cold start',
    line: `REPORT RequestId: ${REQUEST}\tDuration: 58.70 ms\tBilled Duration: 927 ms\tMemory Size: 1024 MB\tMax Memory Used: 91 MB\tInit Duration: 868.19 ms\t\n`,
    kind: 'invocation-ended',
  },
  {
    what: 'a report of before 2024, when none had a status',
    line: `REPORT RequestId: ${REQUEST}\tDuration: 3004.92 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t\n`,
    kind: 'invocation-ended',
  },
  {
    what: 'platform.start',
    line: record('platform.start', { functionArn: 'arn:aws:lambda:eu-west-1:1:function:f', version: '$LATEST' }),
    kind: 'invocation-started',
  },
  {
    what: 'platform.report of a success or a throw',
    line: record('platform.report', {
      metrics: { durationMs: 1233.96, billedDurationMs: 1698, memorySizeMB: 256, maxMemoryUsedMB: 123 },
      status: 'success',
    }),
    kind: 'invocation-ended',
  },
  {
    what: 'platform.report of a success after a cold start',
    line: record('platform.report', {
      metrics: {
        durationMs: 1233.96,
        billedDurationMs: 1698,
        memorySizeMB: 256,
        maxMemoryUsedMB: 123,
        initDurationMs: 463.512,
      },
      status: 'success',
    }),
    kind: 'invocation-ended',
  },
  {
    what: 'platform.start in another order',
    line: `{"type":"platform.start","time":"2026-07-09T06:05:50.562Z","record":{"version":"1","requestId":"${REQUEST}"}}`,
    kind: 'invocation-started',
  },
  {
    what: 'platform.report of a success in another order',
    line: record('platform.report', { status: 'success', metrics: { durationMs: 1 } }),
    kind: 'invocation-ended',
  },
  {
    what: 'platform.runtimeDone of a success',
    line: record('platform.runtimeDone', { status: 'success', metrics: { durationMs: 1 } }),
    kind: 'invocation-ended',
  },
];
