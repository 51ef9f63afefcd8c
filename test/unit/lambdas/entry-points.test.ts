import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

describe('an entry point', () => {
  it.each(['confirm-order', 'payment'])('names every variable that is missing (%s)', async (name) => {
    vi.resetModules();
    vi.stubEnv('APP_STORE_BUCKET', '');
    vi.stubEnv('STATE_STORAGE_BUCKET', '');
    await expect(import(`../../../lambdas/${name}/handler.ts`)).rejects.toThrow(
      /APP_STORE_BUCKET is missing[\s\S]*STATE_STORAGE_BUCKET is missing/,
    );
  });
});
