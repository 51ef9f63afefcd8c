/**
 * S3 lists keys in the order of their UTF-8 bytes; JavaScript compares UTF-16 code units, which differs where surrogates
 * meet the units above them. A sortable key has these two ranges exchanged, so that plain comparison gives S3's order.
 * The change is unit by unit: prefixes stay prefixes. Nearly all keys have no such unit and stay as they are.
 */
export function toSortable(key: string): string {
  return HIGH_UNITS.test(key) ? shift(key, 0xd800, 0x0800) : key;
}

export function fromSortable(sortable: string): string {
  return HIGH_UNITS.test(sortable) ? shift(sortable, 0xd800, 0x2000) : sortable;
}

const HIGH_UNITS = /[\ud800-\uffff]/;
const HIGH_SPAN = 0x2800;

/** Rotates the units from `from` to 0xffff upwards: E000..FFFF to D800..F7FF and D800..DFFF to F800..FFFF, and back. */
function shift(text: string, from: number, down: number): string {
  let shifted = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    shifted += unit < from ? text[at] : String.fromCharCode(from + ((unit - from + HIGH_SPAN - down) % HIGH_SPAN));
  }
  return shifted;
}
