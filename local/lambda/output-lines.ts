import { StringDecoder } from 'node:string_decoder';

/** CloudWatch Logs cuts longer events; here the cut also bounds what a line without an end can hold in memory. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/** Cuts what a process prints to stdout or stderr into lines, each with its line feed, as Lambda makes events of them. */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';

  read(chunk: Buffer): readonly string[] {
    const parts = (this.#pending + this.#decoder.write(chunk)).split('\n');
    this.#pending = parts.pop() ?? '';
    const lines = parts.filter((line) => line !== '').map((line) => `${line}\n`);
    while (this.#pending.length >= MAX_LINE_CHARACTERS) {
      lines.push(this.#pending.slice(0, MAX_LINE_CHARACTERS));
      this.#pending = this.#pending.slice(MAX_LINE_CHARACTERS);
    }
    return lines;
  }

  /** What came after the last line feed, once nothing more is to be added to it. */
  end(): readonly string[] {
    const rest = this.#pending + this.#decoder.end();
    this.#pending = '';
    return rest === '' ? [] : [rest];
  }
}
