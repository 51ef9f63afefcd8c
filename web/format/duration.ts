/** In the largest unit that leaves two or three digits: 4 ms, 0.48 s, 12.3 s, 4 min 05 s, 3 h 12 min. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size < 99.5) return `${sign}${Math.round(size)} ms`;
  if (size < 9_995) return `${sign}${(size / 1000).toFixed(2)} s`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${Math.trunc(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  return `${sign}${Math.trunc(seconds / 3600)} h ${twoDigits(Math.trunc((seconds % 3600) / 60))} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
