import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { createAwsClients, type AwsAccess } from '../laptop/aws-access.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { StorageError } from '../storage/errors.ts';
import { ObjectStore } from '../storage/object-store.ts';
import { CannotBeginError } from './cannot-begin-error.ts';
import { buildBroken } from './faults/broken-builds.ts';
import type { Deployment } from './faults/deployment.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { findDeployment } from './faults/find-deployment.ts';
import { OrdersApi } from './orders-api.ts';
import { putProbeItem, requireApiOfStack } from './probe-item.ts';
import { describeStack, howToReachApi, requireBreakable } from './stack-description.ts';

/** A deployed stack that scenarios run against: its API, its S3, and a way to break it. */
export interface Target {
  readonly api: OrdersApi;
  readonly deployment: Deployment;
  readonly faults: FaultInjector;
  readonly stores: { readonly appStore: ObjectStore; readonly stateStorage: ObjectStore };
  /** An item for orders that only show whether the stack works. */
  readonly probeItemId: string;
  /** How long a change of the stack that reads back may still take until it is in force; 0: it is in force at once. */
  readonly settlingMs: number;
  readonly clock: Clock;
  /** Aborted when the demo is interrupted. */
  readonly signal: AbortSignal;
  close(): void;
}

export interface TargetOptions {
  readonly url: string;
  /** Absent: what the SDK finds by itself. */
  readonly aws?: AwsAccess;
  readonly stackName: string;
  readonly settlingMs: number;
  readonly signal: AbortSignal;
}

/**
 * Finds the stack's parts and takes out whatever a run before this one may have left in it. Everything that speaks against
 * breaking it is found before anything of it is changed.
 * @throws CannotBeginError
 */
export async function openTarget({ url, aws, stackName, settlingMs, signal }: TargetOptions): Promise<Target> {
  const clients = createAwsClients(aws);
  try {
    const { cloudFormation, lambda, s3 } = clients;
    const description = await describeStack(cloudFormation, stackName);
    requireBreakable(description);
    const deployment = await findDeployment(cloudFormation, description);
    const { appStore, stateStorage } = deployment.stores;
    const stores = {
      appStore: new ObjectStore({ client: s3, bucket: appStore.bucketName }),
      stateStorage: new ObjectStore({ client: s3, bucket: stateStorage.bucketName }),
    };
    const api = new OrdersApi(url, signal);
    const probeItemId = await putProbeItem(stores.appStore);
    await requireApiOfStack({ api, probeItemId, stackName, howToReach: howToReachApi(description) });

    signal.throwIfAborted();
    const faults = new FaultInjector({ deployment, lambda, s3, clock: systemClock, buildBroken });
    await faults.restoreAll();
    const close = () => clients.close();
    return { api, deployment, faults, stores, probeItemId, settlingMs, clock: systemClock, signal, close };
  } catch (error) {
    clients.close();
    // Whoever may not look into the stack is told so in a sentence; where the code was when it asked helps nobody.
    const isRefusal = error instanceof CloudFormationServiceException || error instanceof StorageError;
    if (!isRefusal) throw error;
    const reason = `${error.name}: ${error.message}`;
    throw new CannotBeginError(`Stack ${stackName} could not be looked into: ${reason}`, { cause: error });
  }
}
