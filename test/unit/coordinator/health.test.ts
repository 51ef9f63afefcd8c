import { describe, expect, it } from 'vitest';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator } from './a-coordinator.ts';

describe('GET /readyz', () => {
  it.each([
    [APP_STORE_BUCKET, 'refused', /^The app store does not answer: .*ECONNREFUSED\.$/],
    [STATE_STORAGE_BUCKET, 'denied', /^The state storage does not answer: .*AccessDenied\.$/],
    [
      STATE_STORAGE_BUCKET,
      'no-such-bucket',
      /^The state storage does not answer: .*bucket state-storage: NoSuchBucket\.$/,
    ],
  ] as const)('says that %s does not answer and why: %s', async (bucket, fault, detail) => {
    const { s3, request } = await aCoordinator();
    s3.fail(fault, { bucket });
    const response = await request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/not-ready', detail: expect.stringMatching(detail) });
  });

  it('names both buckets when neither answers', async () => {
    const { s3, request } = await aCoordinator();
    s3.fail('refused', { times: 2 });
    expect((await (await request('/readyz')).json()).detail).toMatch(/app store .* state storage/);
  });

  it('does not wait longer than three seconds', async () => {
    const { s3, clock, request } = await aCoordinator();
    let answer = () => {};
    const late = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    s3.onCall = ({ bucket }) => (bucket === APP_STORE_BUCKET ? late : undefined);
    const response = request('/readyz');
    await clock.untilSleeping(1);
    await clock.advance(3000);
    expect(await (await response).json()).toMatchObject({
      detail: 'The app store, bucket app-store, does not answer within 3000 ms.',
    });
    answer();
  });

  it('answers 200 when both buckets answer, under any host name', async () => {
    const { request, clock } = await aCoordinator();
    const response = await request('/readyz', { headers: { host: '10.0.0.7:8080' } });
    expect(response.status).toBe(200);
    expect(clock.sleeping).toBe(0);
  });
});

describe('GET /healthz', () => {
  it('answers 200 without asking the storage', async () => {
    const { s3, request } = await aCoordinator();
    s3.fail('refused', { times: 100 });
    const response = await request('/healthz', { headers: { host: '10.0.0.7:8080' } });
    expect(response.status).toBe(200);
    expect(s3.calls).toEqual([]);
  });
});
