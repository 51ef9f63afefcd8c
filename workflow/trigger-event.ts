import * as z from 'zod/mini';
import { parseFactKey } from './keys.ts';

/**
 * The event that starts a step: S3's ObjectCreated notification, or the one that the monitor rebuilds from the same
 * object to try again. The rebuilt one bears the number of its attempt beside `Records`, where functions that know
 * nothing of attempts do not look.
 */
export interface StepTrigger {
  readonly executionId: string;
  readonly bucket: string;
  readonly key: string;
  /** When the trigger object was written, milliseconds since the epoch. */
  readonly triggeredAt: number;
  readonly attempt: number;
}

const eventSchema = z.object({
  attempt: z.optional(z.int().check(z.minimum(2), z.maximum(9999))),
  Records: z
    .array(
      z.object({
        eventTime: z.string(),
        s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
      }),
    )
    .check(z.length(1)),
});

/** @throws TypeError when the event is not one notification of one object of an execution. */
export function readTriggerEvent(event: unknown): StepTrigger {
  const parsed = eventSchema.safeParse(event);
  const record = parsed.data?.Records[0];
  if (!parsed.success || record === undefined) {
    const issue = parsed.error?.issues[0];
    throw new TypeError(
      `the event is not an S3 notification with one record: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const key = decodeKey(record.s3.object.key);
  const fact = parseFactKey(key);
  if (fact === undefined)
    throw new TypeError(`the event's object ${JSON.stringify(key.slice(0, 200))} belongs to no execution`);
  const triggeredAt = Date.parse(record.eventTime);
  if (Number.isNaN(triggeredAt))
    throw new TypeError(`the event's time ${JSON.stringify(record.eventTime.slice(0, 64))} is not a date`);
  return {
    executionId: fact.executionId,
    bucket: record.s3.bucket.name,
    key,
    triggeredAt,
    attempt: parsed.data.attempt ?? 1,
  };
}

/** S3 encodes keys as forms do. */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    throw new TypeError(`the event's object ${JSON.stringify(encoded.slice(0, 200))} is not URL-encoded`, {
      cause: error,
    });
  }
}

/** The notification for a trigger object, as S3 words it, with the attempt's number (2 or more). */
export function rebuildTriggerEvent(trigger: StepTrigger): object {
  return {
    attempt: trigger.attempt,
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: new Date(trigger.triggeredAt).toISOString(),
        s3: {
          bucket: { name: trigger.bucket },
          object: { key: encodeURIComponent(trigger.key).replaceAll('%2F', '/') },
        },
      },
    ],
  };
}
