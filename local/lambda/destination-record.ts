import type { DiscardedEvent } from './event-dispatcher.ts';

/**
 * What Lambda writes to an on-failure destination, as text. Payloads stand in it as the JSON they are. Without an answer
 * of the function, because it never ran, the members about the response are absent.
 * Source: developer guide, "Capturing records of Lambda asynchronous invocations".
 */
export function destinationRecord(event: DiscardedEvent, now: number): string {
  const { functionArn, requestId, condition, approximateInvokeCount, payload, responsePayload } = event;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn: `${functionArn}:$LATEST`, condition, approximateInvokeCount },
    requestPayload: JSON.parse(payload) as unknown,
    ...(responsePayload !== undefined && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: jsonOrText(responsePayload),
    }),
  });
}

/** A runtime of one's own may post an error that is no JSON. */
function jsonOrText(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
