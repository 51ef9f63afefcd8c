import { isExecutionId } from '../workflow/keys.ts';

/** Where the next page of orders begins, opaque to clients. */
export interface Cursor {
  /** Orders with smaller ids follow. */
  readonly before: string;
  /** How far to look back in one go, milliseconds: what suited the page before. */
  readonly windowMs: number;
}

/** Longer than any cursor that `encodeCursor` makes. */
export const MAX_CURSOR_LENGTH = 128;

const MAX_WINDOW_MS = 2 ** 40;

export function encodeCursor({ before, windowMs }: Cursor): string {
  return Buffer.from(`1:${before}:${windowMs}`).toString('base64url');
}

/** `undefined` when `encodeCursor` did not make it. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text.length > MAX_CURSOR_LENGTH) return undefined;
  const [version, before, window, ...rest] = Buffer.from(text, 'base64url').toString().split(':');
  const windowMs = /^\d{1,13}$/.test(window ?? '') ? Number(window) : 0;
  if (version !== '1' || before === undefined || !isExecutionId(before) || rest.length > 0) return undefined;
  return windowMs >= 1 && windowMs <= MAX_WINDOW_MS ? { before, windowMs } : undefined;
}
