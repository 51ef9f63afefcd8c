import type { LambdaFunction } from './lambda-function.ts';
import { LambdaError } from './lambda-error.ts';
import type { SandboxPool } from './sandbox-pool.ts';

export interface RegisteredFunction {
  readonly target: LambdaFunction;
  readonly pool: SandboxPool;
}

/** The functions by name, found by every form that the API allows. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();

  add(registered: RegisteredFunction): void {
    if (this.#functions.has(registered.target.name)) {
      throw new LambdaError('ResourceConflictException', `Function already exist: ${registered.target.name}`);
    }
    this.#functions.set(registered.target.name, registered);
  }

  /** In the order of their names. */
  all(): readonly RegisteredFunction[] {
    return [...this.#functions.values()].sort((a, b) => (a.target.name < b.target.name ? -1 : 1));
  }

  byArn(arn: string): RegisteredFunction | undefined {
    return this.#functions.get(nameIn(arn).name);
  }

  /** @param identifier a name, an ARN, or `{account}:function:{name}`, with or without `:$LATEST` */
  get(identifier: string, qualifier: string | null): RegisteredFunction {
    const { name, version } = nameIn(identifier);
    const found = this.#functions.get(name);
    const wanted = qualifier ?? version ?? '$LATEST';
    if (found !== undefined && wanted === '$LATEST') return found;
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}${wanted === '$LATEST' ? '' : `:${wanted}`}`;
    throw new LambdaError('ResourceNotFoundException', `Function not found: ${found?.target.arn ?? arn}`);
  }
}

function nameIn(identifier: string): { readonly name: string; readonly version: string | undefined } {
  const [, name = identifier, version] =
    /^(?:(?:arn:aws:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(identifier) ?? [];
  return { name, version };
}
