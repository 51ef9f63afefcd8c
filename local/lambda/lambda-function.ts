import { randomUUID } from 'node:crypto';
import type { PolicyStatement } from '../ports.ts';
import type { Code } from './code-store.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** How asynchronous events of a function are treated. */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn: string | undefined;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A configuration with its code: sandboxes are started from one and never change it. */
export interface Revision {
  readonly id: string;
  readonly configuration: FunctionConfiguration;
  readonly code: Code;
  readonly modifiedAt: number;
}

/** One function and what may be changed about it while it runs. */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly policy = new Map<string, PolicyStatement>();
  #revision: Revision;
  reservedConcurrency: number | undefined;
  eventInvokeConfig: EventInvokeConfig;

  constructor(
    configuration: FunctionConfiguration,
    code: Code,
    options: { readonly reservedConcurrency: number | undefined; readonly eventInvokeConfig: EventInvokeConfig },
  ) {
    this.name = configuration.name;
    this.arn = configuration.arn;
    this.#revision = { id: randomUUID(), configuration, code, modifiedAt: Date.now() };
    this.reservedConcurrency = options.reservedConcurrency;
    this.eventInvokeConfig = options.eventInvokeConfig;
  }

  get revision(): Revision {
    return this.#revision;
  }

  revise(change: { readonly configuration?: FunctionConfiguration; readonly code?: Code }): Revision {
    this.#revision = {
      id: randomUUID(),
      configuration: change.configuration ?? this.#revision.configuration,
      code: change.code ?? this.#revision.code,
      modifiedAt: Date.now(),
    };
    return this.#revision;
  }
}
