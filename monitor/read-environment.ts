import * as z from 'zod/mini';
import { integer, json, optional, oneOf, readEnvironment, string, type Environment } from '../platform/environment.ts';
import { LOG_LEVELS } from '../platform/logger.ts';
import type { MonitorEnvironment, StepFunctions } from './environment.ts';
import { MONITOR_MODES } from './monitor-mode.ts';
import { USUAL_RATES } from './queue/work-pace.ts';

const stepFunctionsSchema = z.record(
  z.string(),
  z.object({
    functionName: z.string().check(z.minLength(1)),
    timeoutMs: z.int().check(z.minimum(1), z.maximum(900_000)),
  }),
);

const schema = {
  AWS_REGION: string(),
  STACK_NAME: string(),
  APP_STORE_BUCKET: string(),
  STATE_STORAGE_BUCKET: string(),
  LOG_GROUP: string(),
  FAILED_EVENTS_QUEUE_URL: string(),
  STEP_FUNCTIONS: json((value): StepFunctions => {
    const parsed = stepFunctionsSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new Error(
      `expected {"step": {"functionName": "…", "timeoutMs": 1 to 900000}, …}: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`,
    );
  }),
  EVIDENCE_SLACK_MS: integer({ min: 0, max: 3_600_000 }),
  LOOKS_PER_SECOND: optional(integer({ min: 1, max: 10_000 }), USUAL_RATES.looksPerSecond),
  INVOCATIONS_PER_SECOND: optional(integer({ min: 1, max: 10_000 }), USUAL_RATES.invocationsPerSecond),
  /** Between two calls of FilterLogEvents; without it, what a quarter of the region's quota allows. */
  LOG_PACE_MS: optional<number | undefined>(integer({ min: 0, max: 60_000 }), undefined),
  ORDER_RETENTION_DAYS: integer({ min: 2, max: 3650 }),
  /** Whoever says nothing wants it to act. */
  MONITOR_MODE: optional(oneOf(MONITOR_MODES), 'act'),
  /** Where /healthz and /readyz are served; without a port, nowhere. 0 lets the system choose. */
  PORT: optional<number | undefined>(integer({ min: 0, max: 65_535 }), undefined),
  /** Only this machine can ask, unless the host says otherwise. */
  HOST: optional(string(), '127.0.0.1'),
  LOG_LEVEL: optional(oneOf(LOG_LEVELS), 'info'),
};

// A name that the stack writes and this does not read, or the reverse, breaks the build here.
schema satisfies Record<keyof MonitorEnvironment, unknown>;

/** @throws InvalidEnvironmentError naming everything that is missing or wrong. */
export function readMonitorEnvironment(
  source: Readonly<Record<string, string | undefined>>,
): Environment<typeof schema> {
  return readEnvironment(schema, source);
}
