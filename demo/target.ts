import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { createAwsClients, type AwsAccess } from '../laptop/aws-access.ts';
import { CannotBeginError } from '../laptop/cannot-begin-error.ts';
import { describeStack } from '../laptop/describe-stack.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { StorageError } from '../storage/errors.ts';
import { ObjectStore } from '../storage/object-store.ts';
import { Closers } from './closers.ts';
import { removeDemoItems } from './demo-items.ts';
import { buildBroken } from './faults/broken-builds.ts';
import type { Deployment } from './faults/deployment.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { findDeployment } from './faults/find-deployment.ts';
import { OrdersApi } from './orders-api.ts';
import { putProbeItem, requireApiOfStack } from './probe-item.ts';
import { StackClaim } from './stack-claim.ts';
import { howToReachApi, requireBreakable } from './stack-description.ts';

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
  /** Whether nobody else has ever ordered here: what is in the books is this run's. */
  readonly isAlone: boolean;
  readonly clock: Clock;
  /** Aborted when the demo is interrupted, or another run has taken the stack over. */
  readonly signal: AbortSignal;
  /** In a stack that lives on, the items of the demo are taken away first, and the claim on it ends. */
  close(): Promise<void>;
}

export interface TargetOptions {
  readonly url: string;
  /** Absent: what the SDK finds by itself. */
  readonly aws?: AwsAccess;
  readonly stackName: string;
  readonly settlingMs: number;
  /** Absent: nobody but this run knows the stack, and it goes with the run. */
  readonly livesOn?: {
    /** Who breaks it, as another run's user is told. */
    readonly who: string;
  };
  readonly signal: AbortSignal;
}

/**
 * Finds the stack's parts and takes out whatever a run before this one may have left in it. Everything that speaks against
 * breaking it is found before any setting of it is changed.
 * @throws CannotBeginError
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const { url, aws, stackName, settlingMs, livesOn, signal } = options;
  const clients = createAwsClients(aws);
  const closers = new Closers();
  closers.add(() => clients.close());
  const close = () => closers.closeAll();
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
    const clock = systemClock;
    const claim = livesOn && (await StackClaim.take({ stackName, who: livesOn.who, ...stores, clock, signal }));
    if (claim) {
      closers.add(() => claim.release());
      // Once the claim is lost, what is for sale is another run's.
      closers.add(() => (claim.lost.aborted ? undefined : removeDemoItems({ appStore: stores.appStore, s3 })));
      await removeDemoItems({ appStore: stores.appStore, s3 });
    }
    const probeItemId = await putProbeItem(stores.appStore);
    const howToReach = howToReachApi(description);
    await requireApiOfStack({ api: new OrdersApi(url, signal), probeItemId, stackName, howToReach });

    signal.throwIfAborted();
    const faults = new FaultInjector({ deployment, lambda, s3, clock, buildBroken });
    await faults.restoreAll();
    const aborted = claim === undefined ? signal : AbortSignal.any([signal, claim.lost]);
    const api = new OrdersApi(url, aborted);
    const isAlone = claim === undefined;
    return { api, deployment, faults, stores, probeItemId, settlingMs, isAlone, clock, signal: aborted, close };
  } catch (error) {
    // Why it could not be opened is what counts.
    await close().catch(() => undefined);
    // Whoever may not look into the stack is told so in a sentence; where the code was when it asked helps nobody.
    const isRefusal = [CloudFormationServiceException, S3ServiceException, StorageError].some(
      (refusal) => error instanceof refusal,
    );
    if (!(isRefusal && error instanceof Error)) throw error;
    const reason = `${error.name}: ${error.message}`;
    throw new CannotBeginError(`Stack ${stackName} could not be looked into: ${reason}`, { cause: error });
  }
}
