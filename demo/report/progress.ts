/** Tells whoever waits what is going on. Standard error only: standard output belongs to the result. */
export interface Progress {
  /** What is under way now; on a terminal it replaces what was said before. */
  show(text: string): void;
  /** Something that stays. */
  say(text: string): void;
  /** Leaves a clean line. */
  end(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const FRAMES = ['|', '/', '-', '\\'];
const FRAME_MS = 120;
const CLEAR_LINE = '\r\u001b[2K';

/** A spinner on a terminal, plain lines elsewhere. */
export function createProgress(stream: ProgressStream): Progress {
  return stream.isTTY === true ? new Spinner(stream) : new PlainLines(stream);
}

/** Leaves a clean line, however it ends. */
export async function withProgress<T>(stream: ProgressStream, act: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = createProgress(stream);
  try {
    return await act(progress);
  } finally {
    progress.end();
  }
}

class PlainLines implements Progress {
  readonly #stream: ProgressStream;
  #last = '';

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (text !== this.#last) this.say(text);
    this.#last = text;
  }

  say(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    this.#last = '';
  }
}

class Spinner implements Progress {
  readonly #stream: ProgressStream;
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #frame = 0;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#timer.unref();
  }

  show(text: string): void {
    this.#text = text;
    this.#draw();
  }

  say(text: string): void {
    this.#stream.write(`${CLEAR_LINE}${text}\n`);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#text = '';
    this.#stream.write(CLEAR_LINE);
  }

  #draw(): void {
    if (this.#text === '') return;
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const width = Math.max(20, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`${CLEAR_LINE}${FRAMES[this.#frame]} ${this.#text}`.slice(0, CLEAR_LINE.length + width));
  }
}
