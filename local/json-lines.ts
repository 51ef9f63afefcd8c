import { closeSync, openSync, writeSync } from 'node:fs';

export interface JsonLines {
  add(line: object): void;
  /** Everything is in the file afterwards; what comes later is not. */
  close(): void;
}

/** Written when so many characters have gathered: few writes, and little memory however long the recording. */
const BUFFERED_CHARACTERS = 64 * 1024;

/** Writes behind what the file has, a line of JSON each. */
export function openJsonLines(file: string): JsonLines {
  let descriptor: number | undefined = openSync(file, 'a');
  let buffered = '';
  const flush = (): void => {
    if (descriptor !== undefined && buffered !== '') writeSync(descriptor, buffered);
    buffered = '';
  };
  return {
    add(line) {
      buffered += `${JSON.stringify(line)}\n`;
      if (buffered.length >= BUFFERED_CHARACTERS) flush();
    },
    close() {
      if (descriptor === undefined) return;
      flush();
      closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
