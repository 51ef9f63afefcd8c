/** Why a command could not begin. Nothing has been changed; the message tells whoever typed it what to do. */
export class CannotBeginError extends Error {
  override readonly name = 'CannotBeginError';
}
