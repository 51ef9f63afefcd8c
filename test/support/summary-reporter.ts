import type { Reporter, TestModule } from 'vitest/node';

/** The part of a test module that is counted. */
export interface CountedModule {
  readonly errors: () => readonly unknown[];
  readonly children: {
    allSuites(): Iterable<{ readonly errors: () => readonly unknown[] }>;
    allTests(): Iterable<{ result(): { readonly state: string } }>;
  };
}

/**
 * Prints `tests: N passed, N failed, N skipped` as the very last line of a run, for machines. A file that could not be
 * loaded, a group whose set-up failed (its tests are then skipped) and an error outside any test each count as one failure, so
 * that a broken run never reads `0 failed`.
 */
export class SummaryReporter implements Reporter {
  #line = 'tests: 0 passed, 1 failed, 0 skipped';
  #isWaiting = false;

  onTestRunStart(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    // After everything that vitest itself prints, and also when the run ends before its time.
    process.once('exit', () => process.stdout.write(`${this.#line}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#line = summaryLine(modules, unhandledErrors.length);
  }
}

export function summaryLine(modules: readonly CountedModule[], unhandledErrors: number): string {
  const count = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    count.failed += module.errors().length;
    for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that is still pending when the run ends was interrupted.
      if (state === 'passed' || state === 'skipped') count[state] += 1;
      else count.failed += 1;
    }
  }
  return `tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
}
