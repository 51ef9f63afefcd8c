import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesWildcard } from '../../../local/iam/wildcard.ts';

const text = (...letters: string[]) =>
  fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((each) => each.join(''));

it('matches exactly what the same pattern as a regular expression matches', () => {
  fc.assert(
    fc.property(text('a', 'b', '*', '?'), text('a', 'b'), (pattern, subject) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesWildcard(pattern, subject)).toBe(expression.test(subject));
    }),
  );
});

it('takes the dot, the bracket and the dollar as themselves', () => {
  expect(matchesWildcard('a.[$]', 'a.[$]')).toBe(true);
  expect(matchesWildcard('a.[$]', 'ax[$]')).toBe(false);
});
