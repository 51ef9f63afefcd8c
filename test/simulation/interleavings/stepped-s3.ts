import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import { APP_STORE_BUCKET, MemoryS3, s3Error, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { lostAnswer } from '../../support/simulated-errors.ts';
import type { Protocol } from './protocol.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** A write that S3 carried out. */
export interface Written {
  readonly by: SimulatedProcess;
  readonly bucket: string;
  readonly key: string;
  /** What was there; `undefined`: nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface SteppedS3Options {
  readonly world: World;
  readonly onWritten: (written: Written) => void;
}

interface Call {
  readonly process: SimulatedProcess;
  readonly command: unknown;
  readonly tries: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = 'answered' | 'lost' | 'failed';

/** Tries of one request, as the SDK makes them. */
const MAX_TRIES = 3;

/**
 * S3 at the granularity of single calls: each is carried out at one instant, when its turn comes, and what the caller
 * hears of it is another matter.
 */
export class SteppedS3 {
  readonly memory: MemoryS3;
  readonly #world: World;
  readonly #onWritten: (written: Written) => void;

  constructor({ world, onWritten }: SteppedS3Options) {
    this.#world = world;
    this.#onWritten = onWritten;
    this.memory = new MemoryS3({ now: () => world.scheduler.now() });
  }

  /** Both stores as a process has them. */
  storesOf(process: SimulatedProcess, { createStore }: Pick<Protocol, 'createStore'>): ExecutionStore {
    const client = { send: (command: unknown) => this.#send(process, command) } as unknown as S3Client;
    const create = (bucket: string) => createStore({ client, bucket, pause: process.pause });
    return new ExecutionStore({ appStore: create(APP_STORE_BUCKET), stateStorage: create(STATE_STORAGE_BUCKET) });
  }

  #send(process: SimulatedProcess, command: unknown): Promise<unknown> {
    return process.call(
      ({ resolve, reject }) => this.#meet({ process, command, tries: 1, resolve, reject }),
      () => this.#land(process, command),
    );
  }

  #meet(call: Call): void {
    const { process, command, reject } = call;
    const { circumstances, story } = this.#world;
    const isWrite = command instanceof PutObjectCommand;
    const refuse = (error: Error) => {
      story.tell(process.name, () => `${describe(command)} → ${error.name}, not done`);
      reject(error);
    };
    if (isWrite && isConditional(command) && circumstances.strikes('conflicts'))
      return refuse(s3Error('ConditionalRequestConflict', 409));
    if (isWrite && isUndoing(call) && circumstances.strikes('stuck-recoveries'))
      return refuse(s3Error('SlowDown', 503));
    if (circumstances.strikes('refusals')) {
      if (isWrite && circumstances.random() < 0.5) return this.#carryOut(call, 'failed');
      return refuse(circumstances.random() < 0.5 ? s3Error('SlowDown', 503) : lostAnswer());
    }
    this.#carryOut(call, isWrite && circumstances.strikes('lost-answers') ? 'lost' : 'answered');
  }

  #carryOut(call: Call, outcome: Outcome): void {
    const { process, command } = call;
    void this.#apply(process, command).then(
      (answer) => {
        this.#tell(call, 'done', outcome);
        this.#answer(call, outcome, () => call.resolve(answer));
      },
      (error: unknown) => {
        this.#tell(call, error instanceof Error ? error.name : String(error), outcome);
        this.#answer(call, outcome, () => call.reject(error));
      },
    );
  }

  #answer(call: Call, outcome: Outcome, give: () => void): void {
    const { process, command, tries, reject } = call;
    switch (outcome) {
      case 'failed':
        return reject(s3Error('InternalError', 500));
      case 'lost':
        if (tries >= MAX_TRIES) return reject(lostAnswer());
        return process.park(
          () => this.#meet({ ...call, tries: tries + 1 }),
          () => this.#land(process, command),
        );
      case 'answered':
        return this.#world.circumstances.strikes('slow-answers') ? process.park(give) : give();
    }
  }

  #land(process: SimulatedProcess, command: unknown): void {
    if (!(command instanceof PutObjectCommand)) return;
    const tell = (what: string) =>
      this.#world.story.tell(process.name, () => `(dead) ${describe(command)} → ${what}, on its way when it died`);
    void this.#apply(process, command).then(
      () => tell('done'),
      (error: unknown) => tell(error instanceof Error ? error.name : String(error)),
    );
  }

  async #apply(by: SimulatedProcess, command: unknown): Promise<unknown> {
    if (!(command instanceof PutObjectCommand)) return this.memory.send(command);
    const { Bucket: bucket = '', Key: key = '', Body } = command.input;
    const before = this.memory.json(bucket, key);
    const answer = await this.memory.send(command);
    this.#onWritten({ by, bucket, key, before, after: JSON.parse(textOf(Body)) });
    return answer;
  }

  #tell({ process, command, tries }: Call, what: string, outcome: Outcome): void {
    this.#world.story.tell(process.name, () => {
      const again = tries > 1 ? ` (try ${tries})` : '';
      const heard = outcome === 'answered' ? '' : outcome === 'lost' ? ', answer lost' : ', answered 500';
      return `${describe(command)}${again} → ${what}${heard}`;
    });
  }
}

/** What a monitor writes into the application's own data. */
function isUndoing({ process, command }: Call): boolean {
  return process.role === 'monitor' && (command as PutObjectCommand).input.Bucket === APP_STORE_BUCKET;
}

function isConditional({ input }: PutObjectCommand): boolean {
  return input.IfNoneMatch !== undefined || input.IfMatch !== undefined;
}

/** What a store writes is text; the memory S3 takes nothing else. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : '';
}

function describe(command: unknown): string {
  const { input } = command as { readonly input: { readonly Key?: string; readonly Prefix?: string } };
  const name = (command as object).constructor.name.replace('Command', '').replace('Object', '').toUpperCase();
  if (!(command instanceof PutObjectCommand))
    return `${name.replace('LISTSV2', 'LIST')} ${input.Key ?? input.Prefix ?? ''}`;
  const { IfNoneMatch, IfMatch, Key, Body } = command.input;
  const condition = IfNoneMatch !== undefined ? ' if absent' : IfMatch !== undefined ? ' if unchanged' : '';
  return `PUT ${Key ?? ''}${condition}${gist(textOf(Body))}`;
}

/** What of a body makes a difference to a reader. */
function gist(text: string): string {
  const { status, failure, because, held, closed, units } = JSON.parse(text) as Record<string, unknown>;
  const told = Object.entries({ status, failure: kindOf(failure), because: kindOf(because), units, held, closed });
  const shown = told.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${JSON.stringify(value)}`]));
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}

function kindOf(failure: unknown): unknown {
  const { kind, attempt, signal } = (failure ?? {}) as Record<string, string | number | undefined>;
  return failure === undefined ? undefined : `${kind} of attempt ${attempt} by ${signal}`;
}
