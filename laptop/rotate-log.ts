import { copyFile, stat, truncate } from 'node:fs/promises';

/** Two files of this size for each process: some hundred thousand lines, in days of use. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Moves what a log file has to a second one, `….1`, once it is large; what that one had is gone. The process that writes holds
 * the file open for appending, so it is copied and emptied and not renamed, as on the control node: what is written in
 * between, within milliseconds, is lost.
 */
export async function rotateLog(file: string, maxBytes = MAX_BYTES): Promise<void> {
  try {
    if ((await stat(file)).size <= maxBytes) return;
    await copyFile(file, `${file}.1`);
    await truncate(file);
  } catch {
    // Not there yet, or the disk is full: the system runs without this, and the next look tries again.
  }
}
