import { ItemStore } from '../../../booking/item-store.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import { createApp } from '../../../coordinator/app.ts';
import { countOrders } from '../../../coordinator/count-orders.ts';
import { IncidentRedriver } from '../../../coordinator/incident-redriver.ts';
import type { FaultClient } from '../../../coordinator/fault-client.ts';
import type { PageFiles } from '../../../coordinator/page-files.ts';
import type { DeploymentRepresentation } from '../../../coordinator/schemas/deployment.ts';
import { WatchHub, type WatchHubOptions } from '../../../coordinator/watch-hub.ts';
import { firstIdAt } from '../../../workflow/execution-id.ts';
import { orderKey, recoveryKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { OrderRecord } from '../../../workflow/records.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { APP_STORE_BUCKET, MemoryS3, memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { requireDocumented, type OpenApiDocument } from './documented.ts';

export const NOW = Date.UTC(2026, 10, 23, 12);

export interface ACoordinatorOptions extends Partial<Pick<WatchHubOptions, 'maxExecutions' | 'maxWatches'>> {
  readonly allowedHosts?: readonly string[];
  /** The storage of another coordinator. */
  readonly s3?: MemoryS3;
  readonly clock?: FakeClock;
  readonly deployment?: Partial<DeploymentRepresentation>;
  readonly page?: PageFiles;
  readonly faults?: FaultClient;
}

/** A response whose body a test looks into without declaring its shape: `requireDocumented` has compared it. */
export interface Answer extends Response {
  json(): Promise<ReturnType<typeof JSON.parse>>;
  clone(): Answer;
}

export type TestCoordinator = Awaited<ReturnType<typeof aCoordinator>>;

/** The app on an S3 in memory and a clock that stands still. Every answer is compared with the OpenAPI document. */
export async function aCoordinator(options: ACoordinatorOptions = {}) {
  const { allowedHosts = [], clock = new FakeClock(NOW), deployment, page, faults, ...limits } = options;
  const s3 = options.s3 ?? new MemoryS3({ now: () => clock.now() });
  const { appStore, stateStorage, store } = memoryStores(s3);
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const hub = new WatchHub({ executions: store, workflow: BOOKING, clock, logger, ...limits });
  const items = new ItemStore({ objects: appStore });
  const newExecutionId = () => idAt(clock.now());
  const executions = countOrders(store, metrics);
  const redriver = new IncidentRedriver({ stateStorage, executions, workflow: BOOKING, clock, logger, newExecutionId });
  const app = createApp({
    workflow: BOOKING,
    items,
    executions,
    appStore,
    stateStorage,
    hub,
    redriver,
    clock,
    logger,
    metrics,
    newExecutionId,
    deployment: { stackName: 'orders', hasFaults: false, ...deployment },
    page,
    faults,
    allowedHosts,
  });
  const document = (await (await app.request('/openapi.json')).json()) as OpenApiDocument;

  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await app.request(path, init);
    await requireDocumented(document, init.method ?? 'GET', path, response);
    return response;
  };
  const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  return {
    s3,
    appStore,
    stateStorage,
    store,
    clock,
    logger,
    metrics,
    hub,
    redriver,
    items,
    app,
    document,
    request,
    send,
  };
}

let counter = 0;

/** A new execution id of an instant. */
export function idAt(instant: number): string {
  counter += 1;
  return `${firstIdAt(instant).slice(0, -12)}${counter.toString(16).padStart(12, '0')}`;
}

export const TICKET = { itemId: 'ticket', name: 'Concert ticket', price: 4500, currency: 'EUR', units: 10 };
export const ORDER = { itemId: 'ticket', quantity: 2, paymentMethod: 'pm_card_visa' };

export async function withTickets(coordinator: TestCoordinator): Promise<TestCoordinator> {
  await coordinator.items.put(TICKET);
  coordinator.s3.calls.length = 0;
  return coordinator;
}

export function anOrder(overrides: Partial<OrderRecord> = {}): OrderRecord {
  const { submittedAt = NOW, executionId = idAt(submittedAt) } = overrides;
  const input = { itemId: 'ticket', quantity: 2, total: 9000, currency: 'EUR', paymentMethod: 'pm_card_visa' };
  return { executionId, workflow: { name: 'booking', version: 1 }, submittedAt, input, ...overrides };
}

/** Puts the facts of an execution into S3 as functions and recovery would have. */
export class Facts {
  readonly #s3: MemoryS3;
  readonly order: OrderRecord;

  constructor(s3: MemoryS3, order = anOrder()) {
    this.#s3 = s3;
    this.order = order;
    s3.place(APP_STORE_BUCKET, orderKey(order.executionId), order, order.submittedAt);
  }

  get id(): string {
    return this.order.executionId;
  }

  succeed(step: string, output: unknown = {}): this {
    return this.#record(step, { status: 'SUCCEEDED', writtenBy: 'function', output });
  }

  fail(step: string, failure: object = {}): this {
    const own = {
      kind: 'TYPE_ERROR',
      error: 'TypeError',
      message: 'x is not a function',
      signal: 'log',
      attempt: 1,
      detectedAt: NOW + 2000,
    };
    return this.#record(step, { status: 'FAILED', writtenBy: 'recovery', failure: { ...own, ...failure } });
  }

  recover(actions: readonly object[] = []): this {
    const recovery = { executionId: this.id, failedStep: 'payment', recoveredAt: NOW + 3000, actions };
    return this.place(recoveryKey(this.id), recovery);
  }

  place(key: string, body: unknown): this {
    this.#s3.place(STATE_STORAGE_BUCKET, key, body, NOW + 3000);
    return this;
  }

  #record(step: string, end: object): this {
    const own = {
      executionId: this.id,
      step,
      attempt: 1,
      startedAt: NOW + 1000,
      endedAt: NOW + 2000,
      requestId: `request-of-${step}`,
    };
    return this.place(stepRecordKey(this.id, step), { ...own, ...end });
  }
}

export function succeeded(s3: MemoryS3, order?: OrderRecord): Facts {
  return new Facts(s3, order).succeed('confirm-order').succeed('payment');
}

export function recovered(s3: MemoryS3, order?: OrderRecord): Facts {
  return new Facts(s3, order).succeed('confirm-order').fail('payment').recover();
}
