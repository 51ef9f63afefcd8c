import { isDeepStrictEqual } from 'node:util';
import { type Conditions, seededRandom } from '../conditions.ts';
import { authorize, type AccessQuestion, type Verdict } from '../iam/authorize.ts';
import { JournalBusyError } from '../journal/errors.ts';
import type { AwsRequest, AwsResponse, EventTarget, PolicyDocument, Service } from '../ports.ts';
import type { BucketConfig } from './bucket.ts';
import {
  checkBucketConfig,
  deleteBucketPolicy,
  getBucketLocation,
  getBucketNotification,
  getBucketPolicy,
  headBucket,
  listBuckets,
  putBucketNotification,
  putBucketPolicy,
} from './bucket-operations.ts';
import { callOf, type S3Call } from './call.ts';
import { deleteObject } from './delete-object.ts';
import { Delivery } from './delivery.ts';
import { errorResponse, S3Error } from './errors.ts';
import { getObject } from './get-object.ts';
import { listObjects } from './list-objects.ts';
import type { LambdaNotification } from './notification-config.ts';
import { putObject } from './put-object.ts';
import { checkBucketName, isImplemented, type Operation, readRoute, type Route } from './routes.ts';
import { Store } from './store.ts';

export interface S3Options {
  /** Holds the journal; made when it is missing. One process at a time. */
  readonly stateFolder: string;
  readonly events: EventTarget;
  readonly conditions: Conditions;
  /** Absent: IAM's decision and nothing else. */
  readonly authorize?: (question: AccessQuestion) => Verdict;
  /** Whether an answered write survives a power cut. Without it, it survives the end of the process only. */
  readonly fsync: boolean;
  /** Milliseconds since the epoch; what `LastModified` says. */
  readonly clock?: () => number;
  /** Told of notifications that had to be dropped and of failures to free disk space. Absent: they end the process. */
  readonly onFault?: (error: unknown) => void;
  /** Size of the journal's files; smaller ones let tests see many. */
  readonly segmentBytes?: number;
}

export interface S3Bucket {
  readonly name: string;
  readonly versioned: boolean;
  readonly policy?: PolicyDocument;
  readonly notifications?: readonly LambdaNotification[];
}

export interface S3 {
  readonly service: Service;
  /** Reads the state back and delivers the notifications that are still owed. Before it, nothing else may be called. */
  start(): Promise<void>;
  /** Creates or adjusts; the objects that are there stay. @throws S3Error, InvalidPolicyError */
  createBucket(bucket: S3Bucket): Promise<void>;
  /** Bytes of all files of the journal. */
  diskBytes(): number;
  /** The front must have been closed before. */
  close(): Promise<void>;
}

/** S3, as far as this system calls it. Everything else is answered NotImplemented with the operation's name. */
export function createS3(options: S3Options): S3 {
  const now = options.clock ?? Date.now;
  const onFault = options.onFault ?? endProcess;
  const allows = options.authorize ?? authorize;
  const weather = writeWeather(options.conditions);
  let running: { readonly store: Store; readonly delivery: Delivery } | undefined;

  const started = () => {
    if (!running) throw new Error('S3 has not been started, or is closed');
    return running;
  };

  return {
    async start() {
      const { stateFolder, fsync, segmentBytes } = options;
      const store = await Store.open({
        folder: stateFolder,
        fsync,
        onFault,
        ...(segmentBytes === undefined ? {} : { segmentBytes }),
      });
      const delivery = new Delivery({
        target: options.events,
        conditions: options.conditions,
        handedOver: (sequences) => store.handedOver(sequences),
        onFault,
      });
      running = { store, delivery };
      for (const owed of store.pending.values()) delivery.deliver(owed);
    },
    async createBucket({ name, versioned, policy, notifications = [] }) {
      const { store } = started();
      checkBucketName(name);
      const known = store.buckets.get(name)?.config;
      const createdAt = known?.createdAt ?? now();
      const asked: BucketConfig = { name, versioned, createdAt, notifications, ...(policy ? { policy } : {}) };
      const config = checkBucketConfig(asked);
      if (!isDeepStrictEqual(known, config)) await store.putBucket(config);
    },
    diskBytes: () => started().store.diskBytes(),
    async close() {
      const { store, delivery } = started();
      running = undefined;
      await delivery.stop();
      await store.close();
    },
    service: {
      name: 's3',
      async respond(request) {
        const { store, delivery } = started();
        const answer = (route: Route) => perform(callOf(request, route, allows), { store, delivery, now, weather });
        return refusingAsS3(request, answer);
      },
    },
  };
}

interface Dependencies {
  readonly store: Store;
  readonly delivery: Delivery;
  readonly now: () => number;
  readonly weather: WriteWeather;
}

async function perform(call: S3Call, dependencies: Dependencies): Promise<AwsResponse> {
  const { store } = dependencies;
  const { operation } = call.route;
  if (!isImplemented(operation)) throw new S3Error('NotImplemented', `${operation} is not implemented by the local S3`);
  switch (operation) {
    case 'PutObject':
      return inWeather(call, dependencies.weather, () => putObject(call, dependencies));
    case 'DeleteObject':
      return inWeather(call, dependencies.weather, () => deleteObject(call, store));
    case 'GetObject':
    case 'HeadObject':
      return getObject(call, store);
    default:
      return OTHER_OPERATIONS[operation](call, store);
  }
}

type OtherOperation = Exclude<Operation, 'PutObject' | 'DeleteObject' | 'GetObject' | 'HeadObject'>;

const OTHER_OPERATIONS: Readonly<
  Record<OtherOperation, (call: S3Call, store: Store) => AwsResponse | Promise<AwsResponse>>
> = {
  ListBuckets: listBuckets,
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  ListObjectsV2: listObjects,
  GetBucketPolicy: getBucketPolicy,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketNotificationConfiguration: getBucketNotification,
  PutBucketNotificationConfiguration: putBucketNotification,
};

async function refusingAsS3(request: AwsRequest, answer: (route: Route) => Promise<AwsResponse>): Promise<AwsResponse> {
  const refused = { requestId: request.requestId, method: request.method, path: request.url.pathname };
  let operation = 'Unnamed';
  try {
    const route = readRoute(request.method, request.url, request.headers);
    operation = route.operation;
    return { ...(await answer(route)), operation };
  } catch (error) {
    if (error instanceof JournalBusyError) return { ...errorResponse(refused, 'SlowDown'), operation };
    if (!(error instanceof S3Error)) throw error;
    return { ...errorResponse(refused, error.code, error.message, error.details), operation };
  }
}

interface WriteWeather {
  readonly isRefused: () => boolean;
  readonly isAnswerLost: () => boolean;
}

function writeWeather({ seed, writesRefused, writeAnswersLost }: Conditions): WriteWeather {
  const refusals = seededRandom(seed, 's3-writes-refused');
  const losses = seededRandom(seed, 's3-write-answers-lost');
  return { isRefused: () => refusals() < writesRefused, isAnswerLost: () => losses() < writeAnswersLost };
}

async function inWeather(call: S3Call, weather: WriteWeather, write: () => Promise<AwsResponse>): Promise<AwsResponse> {
  if (weather.isRefused()) return errorResponse(call, 'SlowDown');
  const answer = await write();
  return answer.status < 300 && weather.isAnswerLost() ? { ...answer, answerLost: true } : answer;
}

function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
