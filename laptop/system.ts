import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProcesses } from './build/bundles.ts';
import { synthesize } from './build/synthesis.ts';
import { findControlNodeCode } from './control-node-code.ts';
import { freePort } from './free-port.ts';
import type { HostEnvironment } from './host-environment.ts';
import { ProcessBook } from './process/process-book.ts';
import { RunningSystem, type Folders, type RunningAws } from './running-system.ts';
import type { System, SystemOptions } from './system-options.ts';
import { readNodeOptions } from './unit-options.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const STAGE = 'laptop';
const STACK_NAME = `stateful-serverless-${STAGE}`;

/**
 * The whole product on one machine, as the processes that it consists of in an account: an AWS on loopback that is
 * provisioned from the synthesized stack, and coordinator and monitor: the deployed files with the environment that the
 * stack's output gives them and the role of the control node. They differ from deployed ones by their endpoints alone.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const folders = foldersOf(options.stateFolder);
  await mkdir(folders.logs, { recursive: true });
  const book = await ProcessBook.open(bookOf(options.stateFolder), process.pid);
  const port = await freePort(options.port ?? 0);

  options.onProgress?.('building the stack and the processes');
  const [assembly, bundles] = await Promise.all([
    synthesizeStack(options.hostEnvironment),
    bundleProcesses(PROJECT_FOLDER, folders.code),
  ]);
  await rm(folders.assembly, { recursive: true, force: true });
  await cp(assembly, folders.assembly, { recursive: true, force: true });

  const [code, nodeOptions] = await Promise.all([
    findControlNodeCode(folders.assembly),
    readNodeOptions(PROJECT_FOLDER),
  ]);

  const running = new RunningSystem({ options, stackName: STACK_NAME, folders, bundles, code, nodeOptions, book });
  try {
    return await running.start(port);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/**
 * The AWS of a system that was stopped, with the stack as it was deployed then and nobody on its control node.
 * @throws AlreadyRunningError when the system runs.
 */
export async function startAwsOf(options: SystemOptions): Promise<RunningAws & { readonly stop: () => Promise<void> }> {
  const folders = foldersOf(options.stateFolder);
  const book = await ProcessBook.open(bookOf(options.stateFolder), process.pid);
  const [bundles, code, nodeOptions] = await Promise.all([
    bundleProcesses(PROJECT_FOLDER, folders.code),
    findControlNodeCode(folders.assembly),
    readNodeOptions(PROJECT_FOLDER),
  ]);
  const running = new RunningSystem({ options, stackName: STACK_NAME, folders, bundles, code, nodeOptions, book });
  try {
    return { ...(await running.startAws()), stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Whether the AWS of a state folder runs. */
export function isAwsRunning(stateFolder: string): boolean {
  return ProcessBook.isRunning(bookOf(stateFolder), 'aws');
}

/** The folder of the cloud assembly. Systems that start together find it at once when one has asked for it before. */
export function synthesizeStack(hostEnvironment: HostEnvironment): Promise<string> {
  return synthesize({ projectFolder: PROJECT_FOLDER, stage: STAGE, hostEnvironment });
}

function bookOf(stateFolder: string): string {
  return join(stateFolder, 'processes.json');
}

function foldersOf(stateFolder: string): Folders {
  const below = (name: string) => join(stateFolder, name);
  return { logs: below('logs'), code: below('code'), assembly: below('cdk.out'), aws: below('aws') };
}
