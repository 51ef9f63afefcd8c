import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorize } from '../../../local/iam/authorize.ts';
import { createIdentities } from '../../../local/iam/identities.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../local/lambda/lambda.ts';
import type { NewFunction } from '../../../local/lambda/function-configuration.ts';
import type { AwsResponse, LogLine } from '../../../local/ports.ts';

export const ROLE_ARN = 'arn:aws:iam::000000000000:role/function';
const ROOT = { arn: 'arn:aws:iam::000000000000:root', policies: [], isRoot: true };

export interface LoggedLine extends LogLine {
  readonly stream: string;
}

/** A Lambda with a log sink in memory and a folder of its own. */
export class LambdaFixture {
  readonly stateFolder: string;
  readonly lines: LoggedLine[] = [];
  lambda: Lambda;
  #count = 0;

  constructor(options: Partial<LambdaOptions> = {}) {
    this.stateFolder = options.stateFolder ?? mkdtempSync(join(tmpdir(), 'lambda-test-'));
    this.lambda = this.create(options);
  }

  create(options: Partial<LambdaOptions> = {}): Lambda {
    const identities = createIdentities();
    const logs = { Effect: 'Allow' as const, Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };
    identities.putRole({ arn: ROLE_ARN, policies: [{ Version: '2012-10-17', Statement: [logs] }] });
    this.lambda = createLambda({
      stateFolder: this.stateFolder,
      identities,
      authorize,
      logs: { append: (_group, stream, lines) => this.lines.push(...lines.map((line) => ({ ...line, stream }))) },
      awsEndpointUrl: () => 'http://127.0.0.1:9',
      loadCode: () => Promise.reject(new Error('no bucket in this test')),
      ...options,
    });
    return this.lambda;
  }

  /** @param files by name; a string is `index.js`. */
  async createFunction(
    files: string | Readonly<Record<string, string>>,
    changes: Partial<NewFunction> = {},
  ): Promise<string> {
    const name = changes.name ?? `function-${String(++this.#count)}`;
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    await this.lambda.createFunction({
      name,
      arn,
      roleArn: ROLE_ARN,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutSeconds: 10,
      memoryMiB: 128,
      environment: {},
      logGroup: '/orders',
      code: { directory: this.codeFolder(files) },
      maximumRetryAttempts: 0,
      maximumEventAgeSeconds: 3600,
      ...changes,
    });
    this.lambda.addPermission(name, {
      statementId: 's3',
      action: 'lambda:InvokeFunction',
      principal: 's3.amazonaws.com',
    });
    return arn;
  }

  codeFolder(files: string | Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(this.stateFolder, 'source-'));
    for (const [file, text] of Object.entries(typeof files === 'string' ? { 'index.js': files } : files)) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return folder;
  }

  async call(
    method: string,
    path: string,
    body: object | string = '',
    headers: Record<string, string> = {},
  ): Promise<AwsResponse> {
    return this.lambda.service.respond({
      method,
      url: new URL(`http://127.0.0.1${path}`),
      headers,
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      principal: ROOT,
      requestId: crypto.randomUUID(),
    });
  }

  async invoke(
    arn: string,
    event: unknown = {},
  ): Promise<{ readonly error: string | undefined; readonly payload: unknown }> {
    const answer = await this.call(
      'POST',
      `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`,
      JSON.stringify(event),
    );
    if (answer.status !== 200) throw new Error(`Invoke was answered ${String(answer.status)}: ${String(answer.body)}`);
    return { error: answer.headers?.['x-amz-function-error'], payload: JSON.parse(String(answer.body)) as unknown };
  }

  messages(): readonly string[] {
    return this.lines.map((line) => line.message);
  }

  async remove(): Promise<void> {
    await this.lambda.close();
    rmSync(this.stateFolder, { recursive: true, force: true });
  }
}

/** Waits for something that another process does; gives up after 15 s. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1500) throw new Error('The condition did not become true within 15 s.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
