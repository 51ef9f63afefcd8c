import { STEP_STARTED, stepLineSchema } from '../../workflow/step-log.ts';
import { isRequestId, type Finding } from './observation.ts';
import { parseJsonObject } from './parse-json.ts';

/** The longest step line, characters: an error's name and message at their limits, every character escaped, and the ids. */
const MAX_STEP_LINE = 16_384;

const ID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
/** A first line as our wrapper prints it, behind what the Node.js runtime puts before it in JSON format. */
const COMMON_START = new RegExp(
  `^\\{"timestamp":"[0-9TZ:.-]{20,30}","level":"INFO","requestId":"${ID}","message":"\\{${[
    `"event":"${STEP_STARTED}"`,
    '"executionId":"([0-9a-f-]{1,64})"',
    '"step":"([\\w-]{1,128})"',
    '"attempt":([1-9]\\d{0,2})',
    '"requestId":"\\1"',
    '"logStream":"([\\w/.$[\\]-]{1,512})"',
  ]
    .join(',')
    .replaceAll('"', '\\\\"')}\\}"\\}\\s{0,2}$`,
);

/** The commonest line of all, which would otherwise be parsed twice and checked: its meaning is known without that. */
export function readCommonStart(line: string): Finding | undefined {
  const [, requestId, executionId, step, attempt, logStream] = COMMON_START.exec(line) ?? [];
  if (requestId === undefined || executionId === undefined || step === undefined || logStream === undefined)
    return undefined;
  const identity = { executionId, step, attempt: Number(attempt), requestId };
  return { kind: 'started', requestId, line: { event: STEP_STARTED, ...identity, logStream } };
}

export function mayBeStepLine(text: string): boolean {
  return text.length <= MAX_STEP_LINE && text.includes('"step.');
}

/**
 * Our own start and end lines. They count only behind a request id that the runtime itself wrote: whoever prints without
 * one chooses the id, and could name a victim. A line that names another request is somebody's text.
 */
export function readStepLine(requestId: unknown, printed: unknown): Finding | undefined {
  if (!isRequestId(requestId)) return undefined;
  const parsed = stepLineSchema.safeParse(typeof printed === 'string' ? parseJsonObject(printed) : printed);
  if (!parsed.success || parsed.data.requestId !== requestId) return undefined;
  return parsed.data.event === 'step.started'
    ? { kind: 'started', requestId, line: parsed.data }
    : { kind: 'ended', requestId, line: parsed.data };
}
