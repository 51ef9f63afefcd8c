interface Ring {
  readonly timeoutMs: number;
  /** Rings of one group run together. A ring that limits its workers needs a group of its own. */
  readonly group: number;
  readonly maxWorkers?: number;
  /** Runs once before the ring's first file. */
  readonly globalSetup?: string;
  readonly env?: Readonly<Record<string, string>>;
}

// The same template is validated by `npm run synth`; doing it again costs over 3 s a synthesis.
const WITHOUT_TEMPLATE_VALIDATION = { CDK_VALIDATION: 'false' };

/** The rings of tests: each is the folder of its name under test/, and a project of vitest. */
export const RINGS: Readonly<Record<string, Ring>> = {
  unit: { timeoutMs: 5_000, group: 0 },
  contract: { timeoutMs: 20_000, group: 0 },
  architecture: { timeoutMs: 60_000, group: 0 },
  infra: { timeoutMs: 60_000, group: 0, env: WITHOUT_TEMPLATE_VALIDATION },
  // Each test starts processes of its own: more of them at once than cores would only time each other out.
  integration: { timeoutMs: 60_000, group: 1, maxWorkers: 2, env: WITHOUT_TEMPLATE_VALIDATION },
  // A test is minutes to hours of simulated time and some five seconds of a processor that has nothing else to do: the
  // rest is room for slow machines. Two workers, because by itself vitest leaves one of two cores alone.
  simulation: { timeoutMs: 120_000, group: 2, maxWorkers: 2 },
  // A browser and, for one file, a whole system: one at a time. The time is what a busy machine needs to start them.
  browser: {
    timeoutMs: 120_000,
    group: 3,
    maxWorkers: 1,
    globalSetup: 'test/browser/say-without-browser.ts',
    env: WITHOUT_TEMPLATE_VALIDATION,
  },
};
