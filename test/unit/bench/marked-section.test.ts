import { expect, it } from 'vitest';
import { withTables } from '../../../bench/marked-section.ts';

const MARKS = { begin: '<!-- begin -->', end: '<!-- end -->' };

it('tables take the place of the last ones, and nothing else changes', () => {
  const empty = 'before\n<!-- begin -->\n\n<!-- end -->\nafter\n';
  const first = withTables(empty, 'one\n', MARKS);
  expect(first).toBe('before\n<!-- begin -->\n\n```\none\n```\n\n<!-- end -->\nafter\n');
  expect(withTables(first, 'two', MARKS)).toBe(first.replace('one', 'two'));
});

it('a text without a place for them is an error that names the mark', () => {
  expect(() => withTables('<!-- begin --> and no end', 'x', MARKS)).toThrow('<!-- end --> is missing');
});
