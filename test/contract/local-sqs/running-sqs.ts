import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient, type Message, type ReceiveMessageCommandInput } from '@aws-sdk/client-sqs';
import { startHttpFront, type HttpFront } from '../../../local/http/front.ts';
import { authorize } from '../../../local/iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import type { Credentials, PolicyDocument } from '../../../local/ports.ts';
import { createSqs, type Sqs, type SqsOptions } from '../../../local/sqs/sqs.ts';
import { FakeClock } from '../../support/fake-clock.ts';

export const QUEUE = 'failed-events';
export const QUEUE_ARN = `arn:aws:sqs:us-east-1:000000000000:${QUEUE}`;

/** One local SQS with a queue behind a real front, under a clock that stands still. */
export class RunningSqs {
  readonly clock = new FakeClock();
  readonly identities = createIdentities();
  readonly folder = mkdtempSync(join(tmpdir(), 'sqs-test-'));
  readonly #clients: SQSClient[] = [];
  readonly #processes: Sqs[] = [];
  sqs!: Sqs;
  front!: HttpFront;
  client!: SQSClient;

  static async start(options: Partial<SqsOptions> = {}): Promise<RunningSqs> {
    const running = new RunningSqs();
    await running.#begin(options);
    return running;
  }

  get queueUrl(): string {
    return `${this.front.url}/000000000000/${QUEUE}`;
  }

  /** A successor on the same folder; nobody told the one before that it ends, as nobody does with kill -9. */
  async succeed(options: Partial<SqsOptions> = {}): Promise<void> {
    await this.front.close();
    await this.#begin(options);
  }

  clientAs(credentials: Credentials): SQSClient {
    const client = new SQSClient({
      region: 'us-east-1',
      endpoint: this.front.url,
      credentials,
      maxAttempts: 1,
    });
    this.#clients.push(client);
    return client;
  }

  /** A client of a role that has just these permissions. */
  clientOf(roleName: string, ...policies: PolicyDocument[]): SQSClient {
    const arn = `arn:aws:iam::000000000000:role/${roleName}`;
    this.identities.putRole({ arn, policies });
    return this.clientAs(this.identities.issue(arn));
  }

  async receive(input: Partial<ReceiveMessageCommandInput> = {}): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl: this.queueUrl, MaxNumberOfMessages: 10, ...input });
    return (await this.client.send(command)).Messages ?? [];
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.sqs.endLongPolls();
    await this.front.close();
    for (const sqs of this.#processes) sqs.close();
    rmSync(this.folder, { recursive: true });
  }

  async #begin(options: Partial<SqsOptions>): Promise<void> {
    this.sqs = createSqs({ stateFolder: this.folder, authorize, clock: this.clock, ...options });
    this.#processes.push(this.sqs);
    this.sqs.start();
    this.sqs.createQueue({ name: QUEUE });
    this.front = await startHttpFront({ services: [this.sqs.service], identities: this.identities });
    this.client = this.clientAs(ROOT_CREDENTIALS);
  }
}
