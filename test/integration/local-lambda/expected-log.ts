/** What the platform itself writes, as patterns. `ID` stands for the request id, see `anonymous`. */
export const START = /^START RequestId: ID Version: \$LATEST\n$/;
export const END = /^END RequestId: ID\n$/;

const USAGE = 'Duration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: \\d+ MB\tMax Memory Used: \\d+ MB';

/** @param version with its dots escaped */
export function initStart(version: string): RegExp {
  return new RegExp(`^INIT_START Runtime Version: ${version}\tRuntime Version ARN: \\S+\n$`);
}

export function report(status: string, init = '\tInit Duration: [\\d.]+ ms'): RegExp {
  return new RegExp(`^REPORT RequestId: ID\t${USAGE}${init}${status}\n$`);
}

/** Of an init that failed and was tried again inside the invocation: the runtime's lines stand in the log twice. */
export function inEachPhase(start: RegExp, errorType: string, lines: readonly RegExp[]): readonly RegExp[] {
  const phase = (name: string) =>
    new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: ${name}\tStatus: error\tError Type: ${errorType}\n$`);
  const status = `\tStatus: error\tError Type: ${errorType}`;
  return [start, ...lines, phase('init'), ...lines, phase('invoke'), START, END, report(status, '')];
}

export function anonymous(messages: readonly string[]): readonly string[] {
  const id = /RequestId: (\S+)/.exec(messages.find((message) => message.startsWith('START')) ?? '')?.[1] ?? 'none';
  return messages.map((message) => message.replaceAll(id, 'ID'));
}
