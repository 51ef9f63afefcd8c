import type { InstanceProfileFacts } from './resources/instance-profile.ts';
import type { LaunchTemplateFacts } from './resources/launch-template.ts';
import type { InstancePlan } from './stack-plan.ts';
import { TemplateNotHonouredError } from './template.ts';

/**
 * The instance that this machine stands for: undefined when the stack launches none, or none with a role. Which group
 * launches it, and how many of it, does not matter here.
 */
export function planInstance(
  templates: readonly LaunchTemplateFacts[],
  profiles: readonly InstanceProfileFacts[],
  account: string,
): InstancePlan | undefined {
  const [template, second] = templates;
  if (second !== undefined) {
    throw new TemplateNotHonouredError(second.logicalId, 'a second launch template: this machine is one instance');
  }
  if (template?.profile === undefined) return undefined;
  const name = template.profile.split('/').at(-1);
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    throw new TemplateNotHonouredError(
      template.logicalId,
      `its instance profile ${template.profile} is not in the stack`,
    );
  }
  return { roleArn: `arn:aws:iam::${account}:role/${profile.roleName}` };
}
