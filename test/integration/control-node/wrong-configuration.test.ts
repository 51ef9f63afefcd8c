import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Template } from '../../../local/cloudformation/template.ts';
import { CAN_BOOT } from './first-boot.ts';
import type { Service, ServiceName } from './service.ts';
import { StackWithNode } from './stack-with-node.ts';

/** `EX_CONFIG` of sysexits.h. */
const CONFIGURATION = { code: 78, signal: null };
const NODE_POLICY = 'ControlNodeRoleDefaultPolicy';

/** That nothing but the reason is written where the journal and the log of the host show it. */
async function expectRefusal(service: Service, reason: string): Promise<void> {
  expect(await Promise.race([service.exited, service.untilReady()])).toEqual(CONFIGURATION);
  expect(service.stderr).toBe(`${service.name}: cannot start: ${reason}\n`);
  expect(service.logLines).toEqual([]);
}

describe.runIf(CAN_BOOT)('with a wrong environment file', () => {
  let stack: StackWithNode;
  beforeAll(async () => {
    stack = await StackWithNode.deploy();
  });
  afterAll(() => stack.remove());

  async function startWith(name: ServiceName, alter: (text: string) => string): Promise<Service> {
    const file = join(stack.root, 'etc/stateful-serverless/environment');
    const text = await readFile(file, 'utf8');
    const altered = alter(text);
    expect(altered).not.toBe(text);
    await writeFile(file, altered);
    onTestFinished(() => writeFile(file, text));
    return stack.start(name, { port: 0 });
  }

  it.each<{ name: ServiceName; variable: string }>([
    { name: 'coordinator', variable: 'STACK_NAME' },
    { name: 'monitor', variable: 'LOG_GROUP' },
  ])('$name names the variable $variable that is missing', async ({ name, variable }) => {
    const service = await startWith(name, (text) => text.replace(new RegExp(`^${variable}=.*\n`, 'm'), ''));
    await expectRefusal(service, `${variable} is missing: expected text`);
  });

  it.each<{ name: ServiceName; variable: string }>([
    { name: 'coordinator', variable: 'APP_STORE_BUCKET' },
    { name: 'monitor', variable: 'STATE_STORAGE_BUCKET' },
  ])('the $name names the bucket in $variable that does not exist', async ({ name, variable }) => {
    const service = await startWith(name, (text) =>
      text.replace(new RegExp(`^${variable}=.*$`, 'm'), `${variable}='no-such-bucket'`),
    );
    await expectRefusal(service, `bucket no-such-bucket does not exist (${variable})`);
  });
});

describe.runIf(CAN_BOOT)('with a role that lacks a permission', () => {
  it.each<{ action: string; name: ServiceName; says: (environment: Readonly<Record<string, string>>) => string }>([
    {
      action: 's3:ListBucket',
      name: 'coordinator',
      says: ({ APP_STORE_BUCKET, STATE_STORAGE_BUCKET }) =>
        `could not list orders/ in bucket ${APP_STORE_BUCKET}: AccessDenied (APP_STORE_BUCKET); ` +
        `could not list executions/ in bucket ${STATE_STORAGE_BUCKET}: AccessDenied (STATE_STORAGE_BUCKET)`,
    },
    {
      action: 's3:GetObject',
      name: 'monitor',
      says: ({ APP_STORE_BUCKET, STATE_STORAGE_BUCKET }) =>
        `could not read orders/start-check.json in bucket ${APP_STORE_BUCKET}: AccessDenied (APP_STORE_BUCKET); ` +
        `could not read executions/start-check.json in bucket ${STATE_STORAGE_BUCKET}: AccessDenied (STATE_STORAGE_BUCKET)`,
    },
    {
      action: 'logs:FilterLogEvents',
      name: 'monitor',
      says: ({ LOG_GROUP }) => `log group ${LOG_GROUP} may not be read (LOG_GROUP)`,
    },
    {
      action: 'sqs:ReceiveMessage',
      name: 'monitor',
      says: ({ FAILED_EVENTS_QUEUE_URL }) =>
        `queue ${FAILED_EVENTS_QUEUE_URL} may not be read (FAILED_EVENTS_QUEUE_URL)`,
    },
  ])('the $name says what it may not do without $action', async ({ action, name, says }) => {
    const stack = await StackWithNode.deploy((template) => withoutAction(template, action));
    onTestFinished(() => stack.remove());
    const service = await stack.start(name, { port: 0 });
    await expectRefusal(service, says(service.unit.environment));
  });
});

function withoutAction(template: Template, action: string): Template {
  let found = 0;
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    if (!id.startsWith(NODE_POLICY)) return [id, resource];
    const { PolicyDocument: policy, ...others } = resource.Properties as unknown as PolicyProperties;
    const statements = policy.Statement.flatMap((statement) => {
      const actions = [statement.Action].flat();
      const left = actions.filter((one) => one !== action);
      found += actions.length - left.length;
      return left.length === 0 ? [] : [{ ...statement, Action: left }];
    });
    return [id, { ...resource, Properties: { ...others, PolicyDocument: { ...policy, Statement: statements } } }];
  });
  if (found === 0) throw new Error(`no statement of the node's policy allows ${action}`);
  return { ...template, Resources: Object.fromEntries(resources) as Template['Resources'] };
}

interface PolicyProperties {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
  };
}
