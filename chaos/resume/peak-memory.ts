import { readFileSync } from 'node:fs';

/** The most memory that a living process has had resident, bytes; `undefined` where the system does not say. */
export function peakMemoryBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
  } catch {
    // No /proc here.
    return undefined;
  }
}
