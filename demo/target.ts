import { ObjectStore } from '../storage/object-store.ts';
import { createAwsClients, type AwsAccess } from '../laptop/aws-access.ts';
import { buildBroken } from './faults/broken-builds.ts';
import type { Deployment } from './faults/deployment.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { findDeployment } from './faults/find-deployment.ts';
import { OrdersApi } from './orders-api.ts';

/** A deployed stack that scenarios run against: its API, its S3, and a way to break it. */
export interface Target {
  readonly api: OrdersApi;
  readonly deployment: Deployment;
  readonly faults: FaultInjector;
  readonly stores: { readonly appStore: ObjectStore; readonly stateStorage: ObjectStore };
  /** Aborted when the demo is interrupted. */
  readonly signal: AbortSignal;
  close(): void;
}

export interface TargetOptions {
  readonly url: string;
  readonly aws: AwsAccess;
  readonly stackName: string;
  readonly signal: AbortSignal;
}

/** Finds the stack's parts and takes out whatever a run before this one may have left in it. */
export async function openTarget({ url, aws, stackName, signal }: TargetOptions): Promise<Target> {
  const clients = createAwsClients(aws);
  const { cloudFormation, lambda, s3 } = clients;
  const deployment = await findDeployment(cloudFormation, stackName);
  const faults = new FaultInjector({ deployment, lambda, s3, buildBroken });
  await faults.restoreAll();
  const { appStore, stateStorage } = deployment.stores;
  return {
    api: new OrdersApi(url),
    deployment,
    faults,
    stores: {
      appStore: new ObjectStore({ client: s3, bucket: appStore.bucketName }),
      stateStorage: new ObjectStore({ client: s3, bucket: stateStorage.bucketName }),
    },
    signal,
    close: () => clients.close(),
  };
}
