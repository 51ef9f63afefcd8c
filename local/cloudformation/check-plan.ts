import { authorize } from '../iam/authorize.ts';
import { queueArnOf } from '../sqs/queue-address.ts';
import type { FunctionPlan, InstancePlan, RolePlan, StackPlan } from './stack-plan.ts';
import { TemplateNotHonouredError } from './template.ts';

/**
 * What AWS would refuse while it creates the resources, found before anything is created: references to what the stack
 * does not have, a role that Lambda may not assume or that may not tell the destination, a notification that may not invoke
 * its function.
 */
export function checkPlan(plan: StackPlan): void {
  const roles = new Map(plan.roles.map((role) => [role.arn, role]));
  const logGroups = new Set(plan.logGroups.map((group) => group.name));
  const queueArns = new Set(plan.queues.map((queue) => queueArnOf(queue.name)));
  for (const each of plan.functions) {
    const { name, roleArn, logGroup } = each;
    const role = roles.get(roleArn);
    if (role === undefined) throw new TemplateNotHonouredError(name, `its role ${roleArn} is not in the stack`);
    if (!role.trustedServices.includes('lambda.amazonaws.com')) {
      throw new TemplateNotHonouredError(name, `its role ${roleArn} cannot be assumed by lambda.amazonaws.com`);
    }
    if (!logGroup.startsWith('/aws/lambda/') && !logGroups.has(logGroup)) {
      throw new TemplateNotHonouredError(name, `its log group ${logGroup} is not in the stack`);
    }
    checkDestination(each, role, queueArns);
  }
  if (plan.instance !== undefined) checkInstance(plan.instance, roles);
  const functions = new Set(plan.functions.map((fn) => fn.name));
  for (const bucket of plan.buckets) {
    for (const { functionArn } of bucket.notifications) {
      const functionName = functionArn.split(':')[6] ?? '';
      if (!functions.has(functionName)) {
        throw new TemplateNotHonouredError(bucket.name, `notifies ${functionArn}, which is not in the stack`);
      }
      if (!mayInvoke(plan, `arn:aws:s3:::${bucket.name}`, functionName)) {
        throw new TemplateNotHonouredError(bucket.name, `notifies ${functionName} without a permission to invoke it`);
      }
    }
  }
}

function checkDestination({ name, invoke }: FunctionPlan, role: RolePlan, queueArns: ReadonlySet<string>): void {
  const resource = invoke.onFailureArn;
  if (resource === undefined) return;
  if (!queueArns.has(resource)) {
    throw new TemplateNotHonouredError(name, `its on-failure destination ${resource} is no queue of the stack`);
  }
  const principal = { arn: role.arn, policies: role.policies, isRoot: false };
  if (authorize({ principal, action: 'sqs:SendMessage', resource }) === 'denied') {
    throw new TemplateNotHonouredError(name, `its role ${role.arn} may not send to its on-failure destination`);
  }
}

function checkInstance({ roleArn }: InstancePlan, roles: ReadonlyMap<string, RolePlan>): void {
  const role = roles.get(roleArn);
  if (role === undefined) throw new TemplateNotHonouredError('the instance', `its role ${roleArn} is not in the stack`);
  if (!role.trustedServices.includes('ec2.amazonaws.com')) {
    throw new TemplateNotHonouredError('the instance', `its role ${roleArn} cannot be assumed by ec2.amazonaws.com`);
  }
}

function mayInvoke(plan: StackPlan, bucketArn: string, functionName: string): boolean {
  return plan.permissions.some(
    (permission) =>
      permission.functionName === functionName &&
      permission.principal === 's3.amazonaws.com' &&
      (permission.sourceArn === undefined || permission.sourceArn === bucketArn),
  );
}
