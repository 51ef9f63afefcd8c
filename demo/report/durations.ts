/** Milliseconds as people read them: `0.83 s`, `12.4 s`; a dash for none. */
export function seconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '-';
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}
