import { integer, string, type Schema } from '../../platform/environment.ts';

/** What the laptop tells the fault service. */
export const SETTINGS = {
  FAULTS_PORT: integer({ min: 1, max: 65_535 }),
  FAULTS_TOKEN: string(),
  STACK_NAME: string(),
  AWS_ENDPOINT_URL: string(),
  AWS_REGION: string(),
  AWS_ACCESS_KEY_ID: string(),
  AWS_SECRET_ACCESS_KEY: string(),
} satisfies Schema;
