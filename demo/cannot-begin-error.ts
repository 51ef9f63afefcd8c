/** Why the demo could not begin. No setting of the stack has been changed; the message tells whoever started it what to do. */
export class CannotBeginError extends Error {
  override readonly name = 'CannotBeginError';
}
