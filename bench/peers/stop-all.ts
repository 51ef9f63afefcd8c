/** Stops one after the other, the last started first, whatever any of them throws. @throws the first error. */
export async function stopAll(started: readonly { stop(): Promise<void> }[]): Promise<void> {
  const errors: unknown[] = [];
  for (const each of started.toReversed()) await each.stop().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
