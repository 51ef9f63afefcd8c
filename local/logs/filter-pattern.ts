import { parseJsonPattern } from './json-pattern.ts';
import { LogsError } from './logs-error.ts';
import type { MessageFilter } from './message-filter.ts';

/**
 * The filter patterns of CloudWatch Logs, as far as a monitor needs them.
 *
 * Text patterns: every term must occur, `-term` must not, `?term` means that one of the `?` terms must (they are
 * ignored when plain or `-` terms are there too, as on AWS), `"two words"` is one term. Matching is case sensitive.
 * An approximation: a term here matches anywhere in the line, while AWS matches whole tokens for some terms.
 * JSON patterns: see json-pattern.ts. Space-delimited patterns (`[a, b]`) and `%regular expressions%` are refused.
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) {
    throw new LogsError('InvalidParameterException', 'Space-delimited filter patterns ([…]) are not implemented here.');
  }
  const terms = termsOf(text);
  const plain = terms.filter((term) => term.sign === '').map((term) => term.text);
  const excluded = terms.filter((term) => term.sign === '-').map((term) => term.text);
  const optional = terms.filter((term) => term.sign === '?').map((term) => term.text);
  if (plain.length + excluded.length === 0) return (message) => optional.some((term) => message.includes(term));
  return (message) => plain.every((term) => message.includes(term)) && !excluded.some((term) => message.includes(term));
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly text: string;
}

const TERM = /([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

function termsOf(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  let index = 0;
  while (index < pattern.length) {
    TERM.lastIndex = index;
    const match = TERM.exec(pattern);
    if (match === null) {
      throw new LogsError(
        'InvalidParameterException',
        `Invalid filter pattern: no term at character ${String(index)}.`,
      );
    }
    const [whole, sign, quoted, bare] = match;
    if (bare !== undefined) refuseSpecial(bare);
    const text = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1');
    if (text !== '') terms.push({ sign: sign as Term['sign'], text });
    index += whole.length;
    while (/\s/.test(pattern.charAt(index))) index += 1;
  }
  return terms;
}

/** AWS wants terms with anything but letters, digits and underscores in double quotes. */
function refuseSpecial(term: string): void {
  if (/^%.*%$/.test(term)) {
    throw new LogsError(
      'InvalidParameterException',
      'Regular expressions in filter patterns are not implemented here.',
    );
  }
  if (!/^[\p{L}\p{N}_]+$/u.test(term)) {
    throw new LogsError(
      'InvalidParameterException',
      `Invalid filter pattern: the term ${term} has characters other than letters, digits and _; put it in double quotes.`,
    );
  }
}
