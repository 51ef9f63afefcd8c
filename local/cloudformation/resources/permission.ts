import type { PermissionPlan } from '../stack-plan.ts';
import type { Resource } from './resource.ts';

export function readPermission({ name, properties }: Resource): PermissionPlan {
  const action = properties.text('Action');
  if (action !== 'lambda:InvokeFunction') properties.fail('Action', `must be lambda:InvokeFunction, not ${action}`);
  const sourceArn = properties.optionalText('SourceArn');
  const sourceAccount = properties.optionalText('SourceAccount');
  return {
    statementId: name,
    action,
    functionName: functionNameOf(properties.text('FunctionName')),
    principal: properties.text('Principal'),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
}

/** Lambda takes a function's name or its ARN wherever it wants a function. */
function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
}
