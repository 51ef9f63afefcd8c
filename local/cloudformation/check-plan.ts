import type { InstancePlan, RolePlan, StackPlan } from './stack-plan.ts';
import { TemplateNotHonouredError } from './template.ts';

/**
 * What AWS would refuse while it creates the resources, found before anything is created: references to what the stack
 * does not have, a role that Lambda may not assume, a notification that may not invoke its function.
 */
export function checkPlan(plan: StackPlan): void {
  const roles = new Map(plan.roles.map((role) => [role.arn, role]));
  const logGroups = new Set(plan.logGroups.map((group) => group.name));
  for (const { name, roleArn, logGroup } of plan.functions) {
    const role = roles.get(roleArn);
    if (role === undefined) throw new TemplateNotHonouredError(name, `its role ${roleArn} is not in the stack`);
    if (!role.trustedServices.includes('lambda.amazonaws.com')) {
      throw new TemplateNotHonouredError(name, `its role ${roleArn} cannot be assumed by lambda.amazonaws.com`);
    }
    if (!logGroup.startsWith('/aws/lambda/') && !logGroups.has(logGroup)) {
      throw new TemplateNotHonouredError(name, `its log group ${logGroup} is not in the stack`);
    }
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
