import type { Range } from './walk.ts';

/** The part of a range in which anybody acts, and what to say of the rest. `range` is absent when that is all of it. */
export function withinHorizon(
  { from, to }: Range,
  horizonMs: number,
  now: number,
): { readonly range?: Range; readonly notice?: string } {
  const oldest = now - horizonMs;
  if (from >= oldest) return { range: { from, to } };
  const notice = `Nothing acts on orders from before ${new Date(oldest).toISOString()}: they are about to expire, or have, and expiry would look like failure.`;
  return to <= oldest ? { notice } : { range: { from: oldest, to }, notice: `${notice} The audit begins there.` };
}
