import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsAccess } from '../../../laptop/aws-access.ts';
import type { InstanceEndpoints } from '../../../laptop/instance-environment.ts';
import { synthesizeStack } from '../../../laptop/system.ts';
import type { Template } from '../../../local/cloudformation/template.ts';
import { startLocalAws, type LocalAws } from '../../../local/local-aws.ts';
import { firstBoot } from './first-boot.ts';
import { Service, type ServiceName, type ServiceOptions } from './service.ts';

/** The stack on a local AWS of its own, and a host that has booted from what the stack deploys. */
export class StackWithNode {
  readonly aws: LocalAws;
  /** Of the host's files. */
  readonly root: string;
  readonly #folder: string;
  readonly #services: Service[] = [];

  private constructor(aws: LocalAws, folder: string, root: string) {
    this.aws = aws;
    this.#folder = folder;
    this.root = root;
  }

  /** `alter` changes the template before it is deployed. */
  static async deploy(alter?: (template: Template) => Template): Promise<StackWithNode> {
    const folder = await mkdtemp(join(tmpdir(), 'control-node-test-'));
    try {
      const assemblyFolder = join(folder, 'assembly');
      // The shared one is removed when others have been made after it.
      await cp(await synthesizeStack(process.env), assemblyFolder, { recursive: true });
      if (alter !== undefined) await alterTemplate(assemblyFolder, alter);
      const root = join(folder, 'root');
      await mkdir(root);
      await firstBoot(assemblyFolder, root);
      const aws = await startLocalAws({ assemblyFolder, stateFolder: join(folder, 'aws'), fsync: false });
      return new StackWithNode(aws, folder, root);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** As its account's root, who may do everything. */
  get access(): AwsAccess {
    const { url, region, credentials } = this.aws;
    return { endpoint: url, region, ...credentials };
  }

  get endpoints(): InstanceEndpoints {
    const { url, instanceMetadataUrl } = this.aws;
    if (instanceMetadataUrl === undefined) throw new Error('the stack launches no instance with a role');
    return { aws: url, metadata: instanceMetadataUrl };
  }

  async start(name: ServiceName, options: Partial<ServiceOptions> = {}): Promise<Service> {
    const service = await Service.start({ root: this.root, name, endpoints: this.endpoints, ...options });
    this.#services.push(service);
    return service;
  }

  /** A folder beside the host's. */
  below(name: string): string {
    return join(this.#folder, name);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.kill()));
    await this.aws.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function alterTemplate(assemblyFolder: string, alter: (template: Template) => Template): Promise<void> {
  const file = join(assemblyFolder, 'stateful-serverless-laptop.template.json');
  const template = JSON.parse(await readFile(file, 'utf8')) as Template;
  await writeFile(file, JSON.stringify(alter(template)));
}
