import { defineConfig } from 'vitest/config';
import { RINGS } from './test/support/rings.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const seed = Number(process.env.SEED ?? Date.now());

export default defineConfig({
  test: {
    projects: Object.entries(RINGS).map(([name, ring]) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: ring.timeoutMs,
        hookTimeout: ring.timeoutMs,
        sequence: { groupOrder: ring.group },
        ...(ring.globalSetup !== undefined && { globalSetup: ring.globalSetup }),
        ...(ring.maxWorkers !== undefined && { maxWorkers: ring.maxWorkers }),
        env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...ring.env },
      },
    })),
    globalSetup: 'test/support/temporary-folder.ts',
    allowOnly: false,
    // The seed is printed at the start; SEED=… repeats a run's order.
    sequence: { shuffle: true, seed },
    reporters: ['default', new SummaryReporter()],
    coverage: {
      provider: 'v8',
      include: ['{workflow,storage,booking,platform,lambdas,coordinator,monitor,recovery,local}/**'],
    },
  },
});
