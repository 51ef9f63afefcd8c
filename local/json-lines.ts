import { closeSync, openSync, writeSync } from 'node:fs';

export interface JsonLines {
  add(line: object): void;
  /** Everything is in the file afterwards; what comes later is not. */
  close(): void;
}

/** Written at the latest when so many characters have gathered: little memory however long the recording. */
const BUFFERED_CHARACTERS = 64 * 1024;
/** How soon a line is in the file for whoever follows it: few writes, and nobody waits for a line that there is. */
const FLUSH_AFTER_MS = 2;

/** Writes behind what the file has, a line of JSON each. */
export function openJsonLines(file: string): JsonLines {
  let descriptor: number | undefined = openSync(file, 'a');
  let buffered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (descriptor !== undefined && buffered !== '') writeSync(descriptor, buffered);
    buffered = '';
  };
  return {
    add(line) {
      buffered += `${JSON.stringify(line)}\n`;
      if (buffered.length >= BUFFERED_CHARACTERS) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    },
    close() {
      if (descriptor === undefined) return;
      flush();
      closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
