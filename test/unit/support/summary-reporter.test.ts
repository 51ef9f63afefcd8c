import { describe, expect, it } from 'vitest';
import { summaryLine } from '../../support/summary-reporter.ts';
import type { CountedModule } from '../../support/summary-reporter.ts';

function aModule(
  states: readonly string[],
  errors: readonly unknown[] = [],
  suiteErrors: readonly unknown[] = [],
): CountedModule {
  return {
    errors: () => errors,
    children: {
      allSuites: () => [{ errors: () => suiteErrors }],
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
    },
  };
}

describe('the summary line', () => {
  it('counts the tests of all files by how they ended', () => {
    const modules = [aModule(['passed', 'failed', 'passed']), aModule(['skipped', 'passed'])];
    expect(summaryLine(modules, 0)).toBe('tests: 3 passed, 1 failed, 1 skipped');
  });

  it('counts a file that could not be loaded as failed', () => {
    expect(summaryLine([aModule([], [new Error('no such module')])], 0)).toBe('tests: 0 passed, 1 failed, 0 skipped');
  });

  it('counts a group whose set-up failed as failed, beside its tests that were skipped', () => {
    const modules = [aModule(['skipped', 'skipped'], [], [new Error('no browser')])];
    expect(summaryLine(modules, 0)).toBe('tests: 0 passed, 1 failed, 2 skipped');
  });

  it('counts an error outside any test as failed', () => {
    expect(summaryLine([aModule(['passed'])], 1)).toBe('tests: 1 passed, 1 failed, 0 skipped');
  });

  it('counts a test that never ended as failed', () => {
    expect(summaryLine([aModule(['pending'])], 0)).toBe('tests: 0 passed, 1 failed, 0 skipped');
  });
});
