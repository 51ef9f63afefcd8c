import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../local/cloudformation/check-plan.ts';
import { planStack } from '../../local/cloudformation/plan-stack.ts';
import type { Template } from '../../local/cloudformation/template.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../local/ports.ts';
import { queueNameInUrl } from '../../local/sqs/queue-address.ts';
import { synthesize } from './synthesize.ts';

describe('the local AWS', () => {
  it.each(['dev', 'prod', 'laptop'] as const)('honours the template of %s as it is deployed', (stage) => {
    const template = synthesize(stage).toJSON() as Template;
    const plan = planStack({ stackName: 'any', template }, { account: LOCAL_ACCOUNT, region: LOCAL_REGION });
    expect(() => {
      checkPlan(plan);
    }).not.toThrow();
    expect(plan.functions.map(({ handler }) => handler)).toEqual(['index.handler', 'index.handler']);
    expect(plan.buckets.map(({ notifications }) => notifications.length)).toEqual([1, 1]);
    // Of the two functions and of the control node.
    expect(plan.roles).toHaveLength(3);
    expect(plan.instance?.roleArn).toContain('ControlNodeRole');
  });

  it('gives the control node names that exist in it', () => {
    const template = synthesize('laptop').toJSON() as Template;
    const plan = planStack({ stackName: 'any', template }, { account: LOCAL_ACCOUNT, region: LOCAL_REGION });
    const output = plan.outputs.find(({ key }) => key === 'ControlNodeEnvironment')?.value ?? '{}';
    const environment = JSON.parse(output) as Readonly<Record<string, string>>;
    const buckets = [environment['APP_STORE_BUCKET'], environment['STATE_STORAGE_BUCKET']];
    expect(plan.buckets.map(({ name }) => name)).toEqual(buckets);
    expect(plan.logGroups.map(({ name }) => name)).toContain(environment['LOG_GROUP']);
    const queueNames = plan.queues.map(({ name }) => name);
    expect(queueNames).toContain(queueNameInUrl(environment['FAILED_EVENTS_QUEUE_URL'] ?? ''));
    const steps = JSON.parse(environment['STEP_FUNCTIONS'] ?? '{}') as Readonly<
      Record<string, { functionName: string }>
    >;
    expect(Object.values(steps).map(({ functionName }) => functionName)).toEqual(
      plan.functions.map(({ name }) => name),
    );
  });
});
