import { MAX_RECOVERY_ATTEMPTS } from '../../workflow/execution.ts';
import type { FailureKind } from '../../workflow/failure.ts';
import type { Fault } from '../faults/fault.ts';
import type { Expectation, OrderScenario, Scenario } from './scenario.ts';

const GOOD_CARD = 'pm_card_visa';
const DECLINED_CARD = 'pm_card_chargeDeclined';

export const UNITS_OF_AN_ITEM = 10;

const SUCCEEDED: Expectation = {
  status: 'SUCCEEDED',
  failureKinds: [],
  steps: { 'confirm-order': 'SUCCEEDED', payment: 'SUCCEEDED' },
  attemptsAtLeast: 1,
};

const paymentFails = (failureKinds: readonly FailureKind[], attemptsAtLeast = 1): Expectation => ({
  status: 'FAILED',
  failureKinds,
  steps: { 'confirm-order': 'SUCCEEDED', payment: 'FAILED' },
  attemptsAtLeast,
});

const confirmOrderFails = (failureKinds: readonly FailureKind[]): Expectation => ({
  status: 'FAILED',
  failureKinds,
  steps: { 'confirm-order': 'FAILED', payment: 'SKIPPED' },
  attemptsAtLeast: 1,
});

const order = (
  scenario: Pick<OrderScenario, 'name' | 'how' | 'aboutMs' | 'expected'> & Partial<OrderScenario>,
): OrderScenario => ({
  kind: 'order',
  faults: () => [],
  quantity: 1,
  paymentMethod: GOOD_CARD,
  repairedOnce: 'ended',
  ...scenario,
});

const environment = (step: string, variables: Readonly<Record<string, string>>): Fault => ({
  kind: 'environment',
  step,
  variables,
});

/** The case study: the paper's failures first, then the ones that its prototype did not see. */
export const SCENARIOS: readonly Scenario[] = [
  order({ name: 'success', how: 'nothing is broken', aboutMs: 1_500, isSentTwice: true, expected: SUCCEEDED }),
  order({
    name: 'invalid-bucket-name',
    how: "payment's bucket variable is set to an invalid name",
    aboutMs: 1_500,
    faults: () => [environment('payment', { STATE_STORAGE_BUCKET: 'Invalid_Bucket_Name' })],
    expected: paymentFails(['INVALID_BUCKET_NAME']),
  }),
  order({
    name: 'type-error',
    how: 'a build of payment that calls a method that does not exist',
    aboutMs: 1_500,
    faults: () => [{ kind: 'code', step: 'payment', build: 'type-error' }],
    expected: paymentFails(['TYPE_ERROR']),
  }),
  order({
    name: 'access-denied',
    how: 'the bucket policy denies payment its objects',
    aboutMs: 1_500,
    faults: () => [
      {
        kind: 'denied',
        step: 'payment',
        store: 'stateStorage',
        actions: ['s3:GetObject', 's3:PutObject'],
        keys: ['executions/*'],
      },
    ],
    expected: paymentFails(['ACCESS_DENIED']),
  }),
  order({
    name: 'sold-out',
    how: 'the order asks for more units than there are',
    aboutMs: 1_000,
    quantity: UNITS_OF_AN_ITEM + 1,
    expected: confirmOrderFails(['REJECTED']),
  }),
  order({
    name: 'card-declined',
    how: 'the order is paid with a card that is declined',
    aboutMs: 1_500,
    paymentMethod: DECLINED_CARD,
    expected: paymentFails(['REJECTED']),
  }),
  order({
    name: 'storage-unreachable',
    how: "payment's S3 endpoint is a closed port",
    aboutMs: 6_000,
    faults: ({ closedEndpoint }) => [environment('payment', { AWS_ENDPOINT_URL_S3: closedEndpoint })],
    expected: paymentFails(['STORAGE_UNAVAILABLE'], 3),
  }),
  order({
    name: 'storage-hangs',
    how: "payment's S3 endpoint never answers",
    aboutMs: 13_000,
    faults: ({ silentEndpoint }) => [environment('payment', { AWS_ENDPOINT_URL_S3: silentEndpoint })],
    expected: paymentFails(['TIMEOUT'], 3),
  }),
  order({
    name: 'out-of-memory',
    how: 'a build of payment that allocates past its limit',
    aboutMs: 2_500,
    faults: () => [{ kind: 'code', step: 'payment', build: 'out-of-memory' }],
    expected: paymentFails(['OUT_OF_MEMORY']),
  }),
  order({
    name: 'module-missing',
    how: 'a build of payment that imports what is not in its package',
    aboutMs: 1_500,
    faults: () => [{ kind: 'code', step: 'payment', build: 'module-missing' }],
    expected: paymentFails(['INIT_ERROR']),
  }),
  order({
    name: 'throttled',
    how: "payment's reserved concurrency is 0: it never runs and never logs",
    aboutMs: 4_000,
    faults: () => [{ kind: 'throttled', step: 'payment' }],
    expected: { ...paymentFails(['THROTTLED'], 3), foundBy: 'destination' },
  }),
  order({
    name: 'lost-event',
    how: "payment's notification is taken away: nobody tells it of the order",
    aboutMs: 7_000,
    faults: () => [{ kind: 'unnotified', step: 'payment' }],
    expected: { ...SUCCEEDED, failureKinds: ['NO_EVIDENCE'], attemptsAtLeast: 2 },
  }),
  order({
    name: 'zombie',
    how: 'a build of payment that stands still until it was given up, and then goes on; its timeout is raised by hand',
    aboutMs: 9_000,
    faults: () => [
      { kind: 'code', step: 'payment', build: 'late-finisher' },
      { kind: 'timeout', step: 'payment', timeoutSeconds: 600 },
    ],
    expected: { ...paymentFails(['TYPE_ERROR'], 2), isBarred: true },
  }),
  order({
    name: 'heals-in-time',
    how: "payment's S3 endpoint is a closed port until a second attempt is claimed",
    aboutMs: 4_000,
    faults: ({ closedEndpoint }) => [environment('payment', { AWS_ENDPOINT_URL_S3: closedEndpoint })],
    repairedOnce: 'second-attempt-claimed',
    expected: { ...SUCCEEDED, failureKinds: ['STORAGE_UNAVAILABLE'], attemptsAtLeast: 2 },
  }),
  order({
    name: 'first-function-fails',
    how: 'the bucket policy denies confirm-order its order',
    aboutMs: 1_500,
    faults: () => [
      {
        kind: 'denied',
        step: 'confirm-order',
        store: 'appStore',
        actions: ['s3:GetObject', 's3:PutObject'],
        keys: ['*'],
      },
    ],
    expected: confirmOrderFails(['ACCESS_DENIED']),
  }),
  order({
    name: 'recovery-refused',
    how: 'payment calls a method that does not exist, and the bucket policy denies recovery its payments until it is given up',
    aboutMs: 6_000,
    faults: () => [
      { kind: 'code', step: 'payment', build: 'type-error' },
      { kind: 'node-denied', store: 'appStore', actions: ['s3:GetObject', 's3:PutObject'], keys: ['payments/*'] },
    ],
    repairedOnce: 'recovery-given-up',
    expected: { ...paymentFails(['TYPE_ERROR']), recoveriesFailedAtLeast: MAX_RECOVERY_ATTEMPTS },
  }),
  {
    kind: 'bad-order',
    name: 'bad-order',
    how: 'unknown item, quantity 0, malformed JSON, a body of 1 MB',
    aboutMs: 500,
  },
];
