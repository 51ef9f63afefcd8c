/** How soon after its trigger a result is first looked for, and the shortest pause between two looks. */
export const SHORTEST_RESULT_PAUSE_MS = 500;

/**
 * When to look for a result again: half as long again as its function has been waited for, at least 500 ms and at most a
 * quarter of the evidence slack. So a quick function is noticed within half of its own time, and one that runs for
 * minutes costs about ten looks and then one every 30 s, with the 120 s of slack that are usual on AWS.
 */
export function nextResultLookAt(since: number, evidenceSlackMs: number, now: number): number {
  const longest = Math.max(SHORTEST_RESULT_PAUSE_MS, evidenceSlackMs / 4);
  return now + Math.min(longest, Math.max(SHORTEST_RESULT_PAUSE_MS, (now - since) / 2));
}
