import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES, diagnose } from '../../../workflow/cause.ts';
import { FAILURE_KINDS } from '../../../workflow/failure.ts';

describe('the cause of a failure', () => {
  it.each(FAILURE_KINDS)('is known for %s, with one sentence of advice that the documents have as well', (kind) => {
    const { cause, advice } = diagnose(kind, 'Error');
    expect(CAUSES).toContain(cause);
    expect(advice).toMatch(/^[A-Z][^.]*\.$/);
    const documents = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
    expect(documents.split('\n')).toContain(`| \`${kind}\` | ${cause} | ${advice} |`);
  });

  it.each(['UnreadableStockError', 'UnknownOrderError', 'SyntaxError', 'ValidationError', 'ZodError'])(
    'is the data when a function says that it cannot read them: %s',
    (error) => {
      expect(diagnose('UNHANDLED_ERROR', error).cause).toBe('data');
      expect(diagnose('ACCESS_DENIED', error).cause).toBe('permission');
    },
  );

  it('has every class once at least', () => {
    const found = new Set([...FAILURE_KINDS.map((kind) => diagnose(kind, 'Error').cause)]);
    expect(found).toEqual(new Set(CAUSES));
  });
});
