import { describe, expect, it } from 'vitest';
import { MONITOR_STATUS_KEY } from '../../../workflow/keys.ts';
import type { MonitorStatus } from '../../../workflow/monitor-status.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, NOW } from './a-coordinator.ts';

const STATUS: MonitorStatus = {
  startedAt: NOW - 3_600_000,
  writtenAt: NOW - 20_000,
  seesThroughAt: NOW - 25_000,
  logsReadThroughAt: NOW - 20_500,
  watchedSinceAt: NOW - 3_900_000,
  ingestionLagMs: 812.4,
  isBlind: false,
};

async function answerTo(stored: unknown) {
  const { s3, request } = await aCoordinator();
  if (stored !== undefined) s3.place(STATE_STORAGE_BUCKET, MONITOR_STATUS_KEY, stored);
  const response = await request('/monitor');
  return [response.status, await response.json()];
}

describe('GET /monitor', () => {
  it.each([
    ['there is no report', undefined],
    ['the report is not JSON', 'not JSON'],
    ['the report is of another shape', { seesThroughAt: 'yesterday' }],
  ])('says that the monitor is silent when %s', async (_what, stored) => {
    expect(await answerTo(stored)).toEqual([200, { state: 'SILENT', asOf: '2026-11-23T12:00:00.000Z' }]);
  });

  it('says that the monitor is silent once its report is older than two minutes, and shows what it said last', async () => {
    expect(await answerTo({ ...STATUS, writtenAt: NOW - 120_001 })).toEqual([
      200,
      expect.objectContaining({ state: 'SILENT', writtenAt: '2026-11-23T11:57:59.999Z' }),
    ]);
    expect(await answerTo({ ...STATUS, writtenAt: NOW - 120_000 })).toMatchObject([200, { state: 'SEEING' }]);
  });

  it('says since when it is blind', async () => {
    expect(await answerTo({ ...STATUS, isBlind: true, blindSinceAt: NOW - 60_000 })).toEqual([
      200,
      expect.objectContaining({ state: 'BLIND', blindSinceAt: '2026-11-23T11:59:00.000Z' }),
    ]);
  });

  it('shows how far it sees', async () => {
    expect(await answerTo(STATUS)).toEqual([
      200,
      {
        state: 'SEEING',
        asOf: '2026-11-23T12:00:00.000Z',
        startedAt: '2026-11-23T11:00:00.000Z',
        writtenAt: '2026-11-23T11:59:40.000Z',
        seesThroughAt: '2026-11-23T11:59:35.000Z',
        logsReadThroughAt: '2026-11-23T11:59:39.500Z',
        watchedSinceAt: '2026-11-23T10:55:00.000Z',
        ingestionLagMs: 812,
      },
    ]);
  });

  it('shows what it has found, what it could tie to nobody, and its share of the quota', async () => {
    const found = {
      failuresFound: { log: 12, destination: 3, deadline: 1, invocation: 0, function: 7 },
      unattributed: { 'unknown-request': 2, 'other-stream': 1 },
      logCalls: { lastMinute: 74, quotaPerMinute: 300, pauseMs: 800 },
    };
    expect(await answerTo({ ...STATUS, ...found })).toEqual([200, expect.objectContaining(found)]);
  });

  it('fails as everything else does when the storage cannot be reached', async () => {
    const { s3, request } = await aCoordinator();
    s3.fail('refused');
    expect((await request('/monitor')).status).toBe(503);
  });
});
