import type { Stack } from 'aws-cdk-lib';
import type { CoordinatorEnvironment } from '../../coordinator/environment.ts';
import type { MonitorEnvironment, StepFunctions } from '../../monitor/environment.ts';
import type { AppStore } from '../app-store.ts';
import type { FailedEvents } from '../failed-events.ts';
import { ORDER_RETENTION } from '../retention.ts';
import type { Stage } from '../stage.ts';
import type { StateStorage } from '../state-storage.ts';
import type { StepFunction } from '../step-function.ts';
import type { StepLogs } from '../step-logs.ts';

export type NodeEnvironment = CoordinatorEnvironment & MonitorEnvironment;

export interface NodeEnvironmentSources {
  readonly stage: Stage;
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly logs: StepLogs;
  readonly failedEvents: FailedEvents;
  readonly steps: readonly StepFunction[];
}

/** What coordinator and monitor are told, wherever they run: on the control node, or elsewhere through the output. */
export function nodeEnvironment(stack: Stack, sources: NodeEnvironmentSources): NodeEnvironment {
  const stepFunctions: StepFunctions = Object.fromEntries(
    sources.steps.map(({ step, handler, timeoutMs }) => [step, { functionName: handler.functionName, timeoutMs }]),
  );
  const { looksPerSecond, invocationsPerSecond } = sources.stage.monitorRates ?? {};
  return {
    AWS_REGION: stack.region,
    STACK_NAME: stack.stackName,
    APP_STORE_BUCKET: sources.appStore.bucket.bucketName,
    STATE_STORAGE_BUCKET: sources.stateStorage.bucket.bucketName,
    LOG_GROUP: sources.logs.group.logGroupName,
    FAILED_EVENTS_QUEUE_URL: sources.failedEvents.queue.queueUrl,
    STEP_FUNCTIONS: stack.toJsonString(stepFunctions),
    EVIDENCE_SLACK_MS: String(sources.stage.evidenceSlackMs),
    MONITOR_MODE: sources.stage.monitorMode,
    ORDER_RETENTION_DAYS: String(ORDER_RETENTION.toDays()),
    ...(looksPerSecond !== undefined && { LOOKS_PER_SECOND: String(looksPerSecond) }),
    ...(invocationsPerSecond !== undefined && { INVOCATIONS_PER_SECOND: String(invocationsPerSecond) }),
  };
}
