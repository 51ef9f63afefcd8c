import type { Properties } from '../properties.ts';

/** One resource of the template, evaluated. */
export interface Resource {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Properties;
}
