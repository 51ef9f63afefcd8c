import { expect, it } from 'vitest';
import { withResults } from '../../../../bench/peers/results-section.ts';

const markdown = (results: string) =>
  `before\n<!-- results: written by npm run bench:peers -- --save -->${results}<!-- end of results -->\nafter\n`;

it('results take the place of the last ones, and nothing else changes', () => {
  const first = withResults(markdown('\n'), 'one\ntwo\n');
  expect(first).toBe(markdown('\n\n```\none\ntwo\n```\n\n'));
  expect(withResults(first, 'three\n')).toBe(markdown('\n\n```\nthree\n```\n\n'));
});

it('a text without a place for results is refused', () => {
  expect(() => withResults('before\nafter\n', 'one\n')).toThrow('there is no place for results');
});
