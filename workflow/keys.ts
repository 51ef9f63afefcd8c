import { SIGNALS, type Signal } from './failure.ts';

/**
 * Every key of an execution's facts, written once. An execution id is a UUIDv7 in its canonical lower-case form, so
 * that keys sort by the time of the order; steps and handlers are named in kebab-case.
 */

/** The orders' prefix in the app store: its ObjectCreated events start the workflow. */
export const ORDERS_PREFIX = 'orders/';
export const IDEMPOTENCY_PREFIX = 'idempotency/';
/** The facts' prefix in the state storage. */
export const EXECUTIONS_PREFIX = 'executions/';
export const CONTROL_PREFIX = 'control/';
/** The index of failures, see failure-index.ts. */
export const FAILURES_PREFIX = 'failures/';
/** Requests to redrive incidents, see incident-redrive.ts. */
export const INCIDENT_REDRIVES_PREFIX = 'incident-redrives/';

/** For expressions of other formats that an execution id or a step's name is a part of. */
export const EXECUTION_ID = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
export const NAME = '[a-z][a-z0-9-]{0,62}';
/** Names that no step may bear, because other facts lie there. */
const TAKEN = '(?:(?:recovery|redrive)\\.|recovery-(?:attempt|request)-)';

export function isExecutionId(text: string): boolean {
  return new RegExp(`^${EXECUTION_ID}$`).test(text);
}

export function orderKey(executionId: string): string {
  return `${ORDERS_PREFIX}${executionId}.json`;
}

/** `keyHash`: lower-case hex SHA-256 of the client's idempotency key, which may hold anything. */
export function idempotencyKey(keyHash: string): string {
  return `${IDEMPOTENCY_PREFIX}${keyHash}.json`;
}

export function executionPrefix(executionId: string): string {
  return `${EXECUTIONS_PREFIX}${executionId}/`;
}

export function stepRecordKey(executionId: string, step: string): string {
  return `${executionPrefix(executionId)}${step}.json`;
}

export function attemptClaimKey(executionId: string, step: string, attempt: number): string {
  return `${executionPrefix(executionId)}${step}.attempt-${attempt}.json`;
}

export function attemptInvokedKey(executionId: string, step: string, attempt: number): string {
  return `${executionPrefix(executionId)}${step}.attempt-${attempt}.invoked.json`;
}

export function confirmationKey(executionId: string, step: string, attempt: number, signal: Signal): string {
  return `${executionPrefix(executionId)}${step}.attempt-${attempt}.confirmed-by-${signal}.json`;
}

/** One for each attempt: of several invocations of one attempt the first that was refused speaks for all. */
export function barredKey(executionId: string, step: string, attempt: number): string {
  return `${executionPrefix(executionId)}${step}.attempt-${attempt}.barred.json`;
}

export function recoveryAttemptKey(executionId: string, attempt: number): string {
  return `${executionPrefix(executionId)}recovery-attempt-${attempt}.json`;
}

export function recoveryRequestKey(executionId: string, request: number): string {
  return `${executionPrefix(executionId)}recovery-request-${request}.json`;
}

export function recoveryKey(executionId: string): string {
  return `${executionPrefix(executionId)}recovery.json`;
}

export function redriveKey(executionId: string): string {
  return `${executionPrefix(executionId)}redrive.json`;
}

export function quarantineKey(executionId: string): string {
  return `${CONTROL_PREFIX}quarantine/${executionId}.json`;
}

/** Doorbells in the order in which they were rung; `ringId` is a UUIDv7. */
export const DOORBELL_PREFIX = `${CONTROL_PREFIX}doorbell/`;

/** Tells the monitors that an execution wants to be looked at now. */
export function doorbellKey(ringId: string, executionId: string): string {
  return `${DOORBELL_PREFIX}${ringId}-${executionId}.json`;
}

const DOORBELL = new RegExp(`^${DOORBELL_PREFIX}${EXECUTION_ID}-(${EXECUTION_ID})\\.json$`);

/** The execution that a doorbell was rung for; `undefined` for any other key. */
export function parseDoorbellKey(key: string): string | undefined {
  return DOORBELL.exec(key)?.[1];
}

export const WATERMARK_KEY = `${CONTROL_PREFIX}watermark.json`;
/** How far the sweep has seen every execution end. */
export const SWEEP_KEY = `${CONTROL_PREFIX}sweep.json`;
/** What the monitor last said of itself. */
export const MONITOR_STATUS_KEY = `${CONTROL_PREFIX}monitor.json`;

/** Which fact of which execution a key holds; `undefined` for a key that none of the formats above makes. */
export type FactKey =
  | { readonly kind: 'order'; readonly executionId: string }
  | { readonly kind: 'step-record'; readonly executionId: string; readonly step: string }
  | { readonly kind: 'attempt-claim'; readonly executionId: string; readonly step: string; readonly attempt: number }
  | { readonly kind: 'attempt-invoked'; readonly executionId: string; readonly step: string; readonly attempt: number }
  | {
      readonly kind: 'confirmation';
      readonly executionId: string;
      readonly step: string;
      readonly attempt: number;
      readonly signal: Signal;
    }
  | { readonly kind: 'barred'; readonly executionId: string; readonly step: string; readonly attempt: number }
  | { readonly kind: 'recovery-attempt'; readonly executionId: string; readonly attempt: number }
  | { readonly kind: 'recovery-request'; readonly executionId: string; readonly request: number }
  | { readonly kind: 'recovery'; readonly executionId: string }
  | { readonly kind: 'redrive'; readonly executionId: string };

const ORDER = new RegExp(`^${ORDERS_PREFIX}(${EXECUTION_ID})\\.json$`);
const FACT = new RegExp(
  `^${EXECUTIONS_PREFIX}(${EXECUTION_ID})/(?:` +
    `(?<recovery>recovery)|(?<redrive>redrive)|recovery-attempt-(?<recoveryAttempt>[1-9][0-9]{0,3})|` +
    `recovery-request-(?<recoveryRequest>[1-9][0-9]{0,3})|` +
    `(?!${TAKEN})(?<step>${NAME})(?:\\.attempt-(?<attempt>[1-9][0-9]{0,3})(?:(?<invoked>\\.invoked)|(?<barred>\\.barred)|` +
    `\\.confirmed-by-(?<signal>${SIGNALS.join('|')}))?)?)\\.json$`,
);

export function parseFactKey(key: string): FactKey | undefined {
  const order = ORDER.exec(key);
  if (order?.[1] !== undefined) return { kind: 'order', executionId: order[1] };
  const match = FACT.exec(key);
  const executionId = match?.[1];
  const groups = match?.groups;
  if (executionId === undefined || groups === undefined) return undefined;
  if (groups.recovery !== undefined) return { kind: 'recovery', executionId };
  if (groups.redrive !== undefined) return { kind: 'redrive', executionId };
  if (groups.recoveryAttempt !== undefined) {
    return { kind: 'recovery-attempt', executionId, attempt: Number(groups.recoveryAttempt) };
  }
  if (groups.recoveryRequest !== undefined) {
    return { kind: 'recovery-request', executionId, request: Number(groups.recoveryRequest) };
  }
  const step = groups.step;
  if (step === undefined) return undefined;
  if (groups.attempt === undefined) return { kind: 'step-record', executionId, step };
  const attempt = Number(groups.attempt);
  const signal = SIGNALS.find((known) => known === groups.signal);
  if (signal !== undefined) return { kind: 'confirmation', executionId, step, attempt, signal };
  if (groups.barred !== undefined) return { kind: 'barred', executionId, step, attempt };
  return { kind: groups.invoked === undefined ? 'attempt-claim' : 'attempt-invoked', executionId, step, attempt };
}
