import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { createAwsClients, type AwsAccess } from '../aws-access.ts';
import { readAwsNote } from '../aws-note.ts';
import { CannotBeginError } from '../cannot-begin-error.ts';
import { describeStack } from '../describe-stack.ts';
import { machineEnvironment, type HostEnvironment } from '../host-environment.ts';
import { AlreadyRunningError } from '../process/process-book.ts';
import { controlNodeEnvironmentIn, readControlNodeEnvironment } from '../stack-outputs.ts';
import { isAwsRunning, startAwsOf } from '../system.ts';

/** What an audit must be told to find its system. */
export interface AuditedSystem {
  readonly environment: Readonly<Record<string, string>>;
  /** Ends what was started for the audit alone. */
  close(): Promise<void>;
}

const NOTHING_TO_CLOSE = async () => undefined;
const STARTING = 'The system is starting: try again when it says that it is up.';

/** A stack that is deployed, with what whoever runs this may do there. @throws CannotBeginError */
export async function deployedSystem(stackName: string, host: HostEnvironment): Promise<AuditedSystem> {
  const clients = createAwsClients();
  try {
    const { outputs } = await describeStack(clients.cloudFormation, stackName);
    // Whatever the SDK finds credentials by: variables, profiles, a login.
    const inherited: Record<string, string> = {};
    for (const [name, value] of Object.entries(host)) if (value !== undefined) inherited[name] = value;
    return {
      environment: { ...inherited, ...controlNodeEnvironmentOf(outputs, stackName) },
      close: NOTHING_TO_CLOSE,
    };
  } finally {
    clients.close();
  }
}

/**
 * The system of `npm start`. One that is stopped has its AWS started for the audit, without coordinator and monitor: what
 * Lambda and S3 still have to deliver is delivered then, as it would be in an account.
 * @throws CannotBeginError
 */
export async function laptopSystem(
  stateFolder: string,
  host: HostEnvironment,
  tell: (what: string) => void,
): Promise<AuditedSystem> {
  if (!existsSync(join(stateFolder, 'aws')))
    throw new CannotBeginError(
      'There is no system on this machine: `npm start` makes one, and --stack NAME takes one that is deployed.',
    );
  if (!isAwsRunning(stateFolder)) {
    tell('The system is stopped: starting its AWS on loopback for the audit, without coordinator and monitor');
    return stoppedSystem(stateFolder, host);
  }
  const note = readAwsNote(stateFolder);
  if (note === undefined) throw new CannotBeginError(STARTING);
  const clients = createAwsClients(note.access);
  try {
    const controlNodeEnvironment = await readControlNodeEnvironment(clients.cloudFormation, note.stackName);
    return { environment: { ...ofLaptop(note.access, host), ...controlNodeEnvironment }, close: NOTHING_TO_CLOSE };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotBeginError(`The AWS at ${note.access.endpoint} does not answer for its stack: ${why}`, {
      cause: error,
    });
  } finally {
    clients.close();
  }
}

async function stoppedSystem(stateFolder: string, host: HostEnvironment): Promise<AuditedSystem> {
  try {
    const { access, controlNodeEnvironment, stop: close } = await startAwsOf({ stateFolder, hostEnvironment: host });
    return { environment: { ...ofLaptop(access, host), ...controlNodeEnvironment }, close };
  } catch (error) {
    if (error instanceof AlreadyRunningError) throw new CannotBeginError(STARTING, { cause: error });
    throw error;
  }
}

function controlNodeEnvironmentOf(outputs: Readonly<Record<string, string>>, stackName: string) {
  try {
    return controlNodeEnvironmentIn(outputs, stackName);
  } catch (error) {
    throw new CannotBeginError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function ofLaptop({ endpoint, accessKeyId, secretAccessKey }: AwsAccess, host: HostEnvironment) {
  return {
    ...machineEnvironment(host),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // A developer's profile has nothing to say here.
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
  };
}
