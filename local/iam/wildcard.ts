/**
 * Whether a text matches a pattern with `*` (any run of characters) and `?` (any one character), as IAM has them.
 * @param isSame which two characters are the same; without it, those that are equal.
 */
export function matchesWildcard(pattern: string, text: string, isSame = isEqual): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const symbol = pattern[p];
    if (symbol === '*') {
      star = p++;
      resume = t;
    } else if (symbol !== undefined && (symbol === '?' || isSame(symbol, text[t] as string))) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

export function isEqualIgnoringCase(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

function isEqual(left: string, right: string): boolean {
  return left === right;
}
