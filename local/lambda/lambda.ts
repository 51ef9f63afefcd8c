import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { EventTarget, Identities, LogSink, Service } from '../ports.ts';
import { LOCAL_ACCOUNT } from '../ports.ts';
import { CodeStore, type Code } from './code-store.ts';
import { EventDispatcher, type DiscardedEvent } from './event-dispatcher.ts';
import { EventQueue } from './event-queue.ts';
import { checkConfiguration, checkRange, type NewFunction } from './function-configuration.ts';
import { FunctionRegistry, type RegisteredFunction } from './function-registry.ts';
import { LambdaFunction, type Revision } from './lambda-function.ts';
import { LambdaError } from './lambda-error.ts';
import { createLambdaService } from './lambda-service.ts';
import { DEFAULT_LIMITS, type LambdaLimits } from './limits.ts';
import type { TimeoutSpelling } from './platform-lines.ts';
import { ProcessNotes } from './process-notes.ts';
import { ResidentMemory } from './resident-memory.ts';
import { bucketArnIn, mayS3Invoke, statementOf, type Permission } from './resource-policy.ts';
import type { PythonInterpreter } from './python-interpreter.ts';
import { RuntimeApi } from './runtime-api.ts';
import { Runtimes } from './runtimes.ts';
import { sandboxEnvironment, logStreamName } from './sandbox-environment.ts';
import { SandboxLog } from './sandbox-log.ts';
import { SandboxPool } from './sandbox-pool.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { Sandbox } from './sandbox.ts';
import { StartSlots } from './start-slots.ts';

export interface LambdaOptions {
  readonly stateFolder: string;
  readonly identities: Identities;
  readonly authorize: (question: AccessQuestion) => Verdict;
  readonly logs: LogSink;
  /** Read when a sandbox starts. */
  readonly awsEndpointUrl: () => string;
  /** Answers a folder with the unzipped object. */
  readonly loadCode: (location: { readonly bucket: string; readonly key: string }) => Promise<string>;
  readonly limits?: Partial<LambdaLimits>;
  /** Where on-failure destinations go. Without it, functions cannot have any. */
  readonly onDiscarded?: (event: DiscardedEvent) => void;
  readonly onWarning?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** How a timeout is told; AWS does both, see platform-lines.ts. */
  readonly timeoutSpelling?: TimeoutSpelling;
  /** A node_modules folder whose @aws-sdk and @smithy functions may use without bundling them, as on AWS. */
  readonly runtimeModules?: string;
  /** Default: asks `python3` on the PATH, the first time that a function needs it. */
  readonly findPython?: () => PythonInterpreter;
}

export interface Lambda {
  readonly service: Service;
  readonly events: EventTarget;
  createFunction(configuration: NewFunction): Promise<void>;
  addPermission(functionName: string, permission: Permission): void;
  /** Events that S3 was not allowed to deliver, since the start. */
  droppedEvents(): number;
  /** Invocations under way and events in the queue, of all functions. */
  pendingInvocations(): number;
  /** Queued events are tried from here on, so the endpoint must listen by now. */
  start(): Promise<void>;
  /** Ends every process. Events whose attempt is cut short are tried again by the next run. */
  close(): Promise<void>;
}

/** How often idle sandboxes and over-aged events are looked for. */
const HOUSEKEEPING_MS = 1000;

/** Lambda on loopback: real child processes over the real Runtime API, and a durable asynchronous queue. */
export function createLambda(options: LambdaOptions): Lambda {
  const limits: LambdaLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const warn = options.onWarning ?? (() => undefined);
  const home = join(options.stateFolder, 'home');
  const registry = new FunctionRegistry();
  const runtimeApi = new RuntimeApi();
  const runtimes = new Runtimes(options.findPython);
  const memory = new ResidentMemory();
  const notes = new ProcessNotes(join(options.stateFolder, 'processes'));
  const code = new CodeStore(options.stateFolder, options.runtimeModules);
  const slots = new StartSlots(limits.concurrentStarts);
  const queue = new EventQueue(join(options.stateFolder, 'events'), {
    eventsPerFunction: limits.queuedEventsPerFunction,
    bytes: limits.queuedBytes,
  });
  const dispatcher = new EventDispatcher({
    queue,
    retryDelaysMs: limits.retryDelaysMs,
    onDiscarded: options.onDiscarded ?? (() => undefined),
    onFault: raise,
  });
  let droppedEvents = 0;
  let housekeeping: NodeJS.Timeout | undefined;
  let state: 'new' | 'started' | 'closed' = 'new';

  const dispatch = ({ target, pool }: RegisteredFunction): void => dispatcher.dispatch(target, pool);

  const createSandbox = (revision: Revision): Sandbox => {
    const { configuration } = revision;
    const runtime = runtimes.of(configuration.runtime);
    const id = randomBytes(16).toString('hex');
    const credentials = options.identities.issue(configuration.roleArn);
    const stream = logStreamName(configuration, id, Date.now());
    const log = new SandboxLog({
      group: configuration.logGroup,
      stream,
      sink: logSinkOf(revision, credentials.accessKeyId),
    });
    let processes = 0;
    return new Sandbox({
      id,
      revision,
      runtimeVersion: runtime.version,
      log,
      memory,
      initTimeoutMs: limits.initTimeoutMs,
      timeoutSpelling: options.timeoutSpelling ?? 'status',
      startProcess: () =>
        new SandboxProcess({
          id: `${id}-${String(++processes)}`,
          runtime,
          codeDirectory: revision.code.directory,
          memoryMiB: configuration.memoryMiB,
          runtimeApi,
          notes,
          onLines: (lines) => log.append(lines),
          environment: (address) =>
            sandboxEnvironment(configuration, {
              credentials,
              logStream: stream,
              codeDirectory: revision.code.directory,
              home,
              runtimeApi: address,
              awsEndpointUrl: options.awsEndpointUrl(),
            }),
        }),
    });
  };

  /** On AWS a function whose role may not write logs runs, and logs nothing. */
  const logSinkOf = ({ configuration }: Revision, accessKeyId: string): LogSink | undefined => {
    const principal = options.identities.principalOf(accessKeyId);
    const resource = `arn:aws:logs:us-east-1:${LOCAL_ACCOUNT}:log-group:${configuration.logGroup}:log-stream:any`;
    const isAllowed =
      principal !== undefined &&
      options.authorize({ principal, action: 'logs:PutLogEvents', resource }) === 'allowed' &&
      options.authorize({ principal, action: 'logs:CreateLogStream', resource }) === 'allowed';
    if (isAllowed) return options.logs;
    warn('function may not write logs', { function: configuration.name, role: configuration.roleArn });
    return undefined;
  };

  const checkRole = (roleArn: string): void => {
    try {
      options.identities.issue(roleArn);
    } catch {
      const message = `The role defined for the function cannot be assumed by Lambda: ${roleArn} does not exist.`;
      throw new LambdaError('InvalidParameterValueException', message);
    }
  };

  const loadCode = async (location: { readonly bucket: string; readonly key: string }): Promise<Code> => {
    const directory = await options.loadCode(location).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LambdaError('InvalidParameterValueException', `Error occurred while GetObject: ${reason}`);
    });
    return code.putDirectory(directory);
  };

  const enqueue = (registered: RegisteredFunction, requestId: string, payload: string): void => {
    const { arn } = registered.target;
    queue.put({ id: requestId, functionArn: arn, enqueuedAt: Date.now(), payload, attempts: 0, notBefore: 0 });
    dispatch(registered);
  };

  const register = (target: LambdaFunction): RegisteredFunction => {
    const pool = new SandboxPool({
      limits,
      slots,
      concurrency: () => Math.min(target.reservedConcurrency ?? Infinity, limits.concurrencyPerFunction),
      revision: () => target.revision,
      createSandbox,
      onFreed: () => dispatcher.dispatch(target, pool),
      onRevisionRetired: (revision) => revision.code !== target.revision.code && code.remove(revision.code),
      onFault: raise,
    });
    const registered = { target, pool };
    registry.add(registered);
    return registered;
  };

  const events: EventTarget = {
    enqueue(functionArn, payload) {
      const requestId = randomUUID();
      const registered = registry.byArn(functionArn);
      if (registered === undefined) return Promise.reject(new Error(`There is no function ${functionArn}.`));
      const source = { bucketArn: bucketArnIn(payload), account: LOCAL_ACCOUNT };
      if (!mayS3Invoke(registered.target, source, options.authorize)) {
        droppedEvents += 1;
        warn('event dropped: no permission for s3.amazonaws.com', { function: registered.target.name, ...source });
        return Promise.resolve(requestId);
      }
      try {
        enqueue(registered, requestId, JSON.stringify(payload));
        return Promise.resolve(requestId);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
  };

  const keepHouse = (): void => {
    for (const { target, pool } of registry.all()) {
      pool.trim(Date.now());
      dispatcher.expire(target);
    }
  };

  return {
    events,
    service: createLambdaService({
      registry,
      authorize: options.authorize,
      enqueue,
      revised: ({ pool }) => pool.retireOutdated(),
      rescaled: dispatch,
      unzip: (zip) => code.putZip(zip),
      loadCode,
      checkRole,
      checkRuntime: (runtime) => void runtimes.of(runtime),
      hasDestinations: options.onDiscarded !== undefined,
    }),

    async createFunction(configuration) {
      const {
        code: source,
        reservedConcurrency,
        maximumRetryAttempts,
        maximumEventAgeSeconds,
        ...rest
      } = configuration;
      const { onFailureArn, ...own } = rest;
      checkConfiguration(own);
      runtimes.of(own.runtime);
      checkRole(own.roleArn);
      checkRange('MaximumRetryAttempts', maximumRetryAttempts, 0, 2);
      checkRange('MaximumEventAgeInSeconds', maximumEventAgeSeconds, 60, 21_600);
      code.open();
      const eventInvokeConfig = { maximumRetryAttempts, maximumEventAgeSeconds, onFailureArn, modifiedAt: Date.now() };
      const target = new LambdaFunction(own, await code.putDirectory(source.directory), {
        reservedConcurrency,
        eventInvokeConfig,
      });
      dispatch(register(target));
    },

    addPermission(functionName, permission) {
      const { target } = registry.get(functionName, null);
      target.policy.set(permission.statementId, statementOf(permission, target.arn));
    },

    droppedEvents: () => droppedEvents,

    pendingInvocations: () =>
      registry.all().reduce((sum, { target, pool }) => sum + Math.max(pool.inFlight, queue.waiting(target.arn)), 0),

    async start() {
      if (state !== 'new') throw new Error(`Lambda is ${state} and cannot be started.`);
      state = 'started';
      mkdirSync(home, { recursive: true });
      const killed = notes.killLeftovers();
      if (killed > 0) warn('processes of an earlier run were still there and have been ended', { killed });
      code.open();
      await runtimeApi.listen();
      queue.open();
      dispatcher.open();
      housekeeping = setInterval(keepHouse, HOUSEKEEPING_MS).unref();
      registry.all().forEach(dispatch);
    },

    async close() {
      state = 'closed';
      clearInterval(housekeeping);
      dispatcher.close();
      await Promise.all(registry.all().map(({ pool }) => pool.close()));
      await runtimeApi.close();
      queue.close();
      code.close();
    },
  };
}

/** A bug in the local AWS: nothing can be promised after it, so the process ends, and a restart goes on from the disk. */
function raise(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
