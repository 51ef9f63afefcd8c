import {
  integer,
  oneOf,
  optional,
  string,
  type Environment,
  type Field,
  type Schema,
} from '../platform/environment.ts';
import { LOG_LEVELS } from '../platform/logger.ts';
import type { CoordinatorEnvironment } from './environment.ts';

/** Everything that the coordinator reads from its environment: what the stack tells it, and what its host decides. */
export const SETTINGS = {
  AWS_REGION: string(),
  STACK_NAME: string(),
  APP_STORE_BUCKET: string(),
  STATE_STORAGE_BUCKET: string(),
  LOG_GROUP: string(),
  /** Of a service that breaks the stack on request, and the token that it asks for. The stack never says them. */
  FAULTS_URL: optional(string(), ''),
  FAULTS_TOKEN: optional(string(), ''),
  /** Where the SDK finds another AWS than the real one, which then has no consoles. */
  AWS_ENDPOINT_URL: optional(string(), ''),
  /** Only this machine can connect, unless the host says otherwise. */
  HOST: optional(string(), '127.0.0.1'),
  /** 0 lets the system choose; the log tells which it chose. */
  PORT: optional(integer({ min: 0, max: 65_535 }), 8080),
  /** Host names to answer for, separated by commas, without ports; `localhost` and the loopback addresses always count. */
  ALLOWED_HOSTS: optional(hostNames(), []),
  LOG_LEVEL: optional(oneOf(LOG_LEVELS), 'info'),
} satisfies Schema & Record<keyof CoordinatorEnvironment, Field<string>>;

export type Settings = Environment<typeof SETTINGS>;

function hostNames(): Field<readonly string[]> {
  const expected = 'host names without ports, separated by commas';
  return {
    expected,
    parse: (text) => {
      const names = text.split(',').map((name) => name.trim());
      const wrong = names.find((name) => !/^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/i.test(name));
      if (wrong !== undefined) throw new Error(`has ${JSON.stringify(wrong.slice(0, 60))}: expected ${expected}`);
      return names;
    },
  };
}
