import { RESOURCE_TYPES_WITHOUT_MEANING } from './without-meaning.ts';

/** A CloudFormation template as JSON carries it. Values inside are not evaluated yet. */
export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string | number;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
}

/** The template asks for something that cannot be had here. Starting stops: skipped in silence it would be a lie. */
export class TemplateNotHonouredError extends Error {
  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'TemplateNotHonouredError';
  }
}

/** What a resource may say besides its properties, and why nothing follows from it. */
const RESOURCE_ATTRIBUTES: Readonly<Record<string, string>> = {
  Type: 'read',
  Properties: 'read',
  Condition: 'read',
  DependsOn: 'resources are provisioned in an order by type that satisfies every dependency between them',
  Metadata: 'says nothing to CloudFormation itself',
  DeletionPolicy: 'nothing is ever deleted here but by removing the state folder',
  UpdateReplacePolicy: 'as DeletionPolicy',
};

const SECTIONS: Readonly<Record<string, string>> = {
  AWSTemplateFormatVersion: 'there is one',
  Description: 'read',
  Metadata: 'says nothing to CloudFormation itself',
  Parameters: 'read',
  Mappings: 'a reference to one is an error of its own',
  Conditions: 'read',
  Rules: 'assert the bootstrap stack of an account, which the assembly folder replaces',
  Resources: 'read',
  Outputs: 'read',
};

/** Throws {@link TemplateNotHonouredError} for any section or resource attribute that would have an effect on AWS. */
export function checkTemplateShape(template: Template): void {
  for (const section of Object.keys(template)) {
    if (!(section in SECTIONS)) throw new TemplateNotHonouredError('template', `section ${section} is not supported`);
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    // How a group is created and updated, for instance: as little as the group itself.
    if (Object.hasOwn(RESOURCE_TYPES_WITHOUT_MEANING, resource.Type)) continue;
    for (const attribute of Object.keys(resource)) {
      if (!(attribute in RESOURCE_ATTRIBUTES)) {
        throw new TemplateNotHonouredError(logicalId, `resource attribute ${attribute} is not supported`);
      }
    }
  }
}
