import { isRecord } from './intrinsics.ts';
import type { Template, TemplateResource } from './template.ts';

/**
 * The logical ids of functions that exist only to carry out custom resources during a deployment, with their roles and
 * policies: what they do is done here directly, so none of them is provisioned. A function belongs to them when it is
 * the `ServiceToken` of a custom resource; a role or policy when nothing but such functions uses it.
 */
export function customResourceHelpers(template: Template): ReadonlySet<string> {
  const resources = Object.entries(template.Resources);
  const ofType = (type: string): typeof resources => resources.filter(([, resource]) => resource.Type === type);

  const tokens = new Set(resources.map(([, resource]) => targetOf(resource, 'ServiceToken')));
  const functions = ofType('AWS::Lambda::Function');
  const helpers = functions.filter(([id]) => tokens.has(id)).map(([id]) => id);

  const rolesOf = (wanted: (id: string) => boolean): ReadonlySet<string | undefined> =>
    new Set(functions.filter(([id]) => wanted(id)).map(([, resource]) => targetOf(resource, 'Role')));
  const ownRoles = rolesOf((id) => !tokens.has(id));
  const helperRoles = [...rolesOf((id) => tokens.has(id))].filter(
    (id): id is string => id !== undefined && !ownRoles.has(id),
  );

  const policies = ofType('AWS::IAM::Policy').filter(([, resource]) => {
    const roles = resource.Properties?.['Roles'];
    return Array.isArray(roles) && roles.every((role) => helperRoles.includes(String(refTarget(role))));
  });
  return new Set([...helpers, ...helperRoles, ...policies.map(([id]) => id)]);
}

/** The resource whose `Arn` the property is. */
function targetOf(resource: TemplateResource, property: string): string | undefined {
  const value = resource.Properties?.[property];
  if (!isRecord(value)) return undefined;
  const argument = value['Fn::GetAtt'];
  return Array.isArray(argument) ? String(argument[0]) : undefined;
}

function refTarget(value: unknown): unknown {
  return isRecord(value) ? value['Ref'] : undefined;
}
