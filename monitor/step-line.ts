import { stepLineSchema } from '../workflow/step-log.ts';
import { isRequestId, type Finding } from './observation.ts';
import { parseJsonObject } from './parse-json.ts';

/** The longest step line, characters: an error's name and message at their limits, every character escaped, and the ids. */
const MAX_STEP_LINE = 16_384;

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
