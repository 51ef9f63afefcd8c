import { fromSortable, toSortable } from './key-order.ts';
import type { SortedKeys } from './sorted-keys.ts';

export interface PageQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only what comes after it. A common prefix that a page ended with is passed as `afterPrefix`, to skip all it stands for. */
  readonly after: string;
  readonly afterPrefix: string;
  readonly maxKeys: number;
}

export interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page goes on; absent when this is the last. */
  readonly next?: { readonly after: string } | { readonly afterPrefix: string };
}

/** One page of a listing: keys and rolled-up prefixes together count towards `maxKeys`. Costs the page, not the bucket. */
export function readPage(sorted: SortedKeys, question: PageQuestion): Page {
  const prefix = toSortable(question.prefix);
  const delimiter = toSortable(question.delimiter);
  const after = toSortable(question.after);
  const afterPrefix = toSortable(question.afterPrefix);
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last: Page['next'];
  const cursor = sorted.seek(
    (key) => key < prefix || key <= after || (afterPrefix !== '' && (key < afterPrefix || key.startsWith(afterPrefix))),
  );

  let { key } = cursor;
  let current = cursor;
  while (key?.startsWith(prefix)) {
    if (keys.length + commonPrefixes.length === question.maxKeys) {
      return { keys, commonPrefixes, ...(last ? { next: last } : {}) };
    }
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      const plain = fromSortable(key);
      keys.push(plain);
      last = { after: plain };
      current.advance();
    } else {
      const rolledUp = key.slice(0, cut + delimiter.length);
      const plain = fromSortable(rolledUp);
      commonPrefixes.push(plain);
      last = { afterPrefix: plain };
      current = sorted.seek((each) => each < rolledUp || each.startsWith(rolledUp));
    }
    ({ key } = current);
  }
  return { keys, commonPrefixes };
}
