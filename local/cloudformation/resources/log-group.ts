import type { LogGroupPlan } from '../stack-plan.ts';
import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  LogGroupName: 'read already: it is the name',
  RetentionInDays: 'nothing grows as old',
  Tags: 'nobody is billed',
};

export function readLogGroup({ name, properties }: Resource): LogGroupPlan {
  properties.without(WITHOUT_MEANING);
  return { name };
}
