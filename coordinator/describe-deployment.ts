import type { DeploymentRepresentation } from './schemas/deployment.ts';
import type { Settings } from './settings.ts';

/** Names only: whoever follows them into a console logs in there. */
export function describeDeployment(settings: Settings): DeploymentRepresentation {
  const { STACK_NAME, AWS_REGION, AWS_ENDPOINT_URL, FAULTS_URL, APP_STORE_BUCKET, STATE_STORAGE_BUCKET, LOG_GROUP } =
    settings;
  const consoles = {
    region: AWS_REGION,
    appStore: APP_STORE_BUCKET,
    stateStorage: STATE_STORAGE_BUCKET,
    logGroup: LOG_GROUP,
  };
  return { stackName: STACK_NAME, ...(AWS_ENDPOINT_URL === '' && { consoles }), hasFaults: FAULTS_URL !== '' };
}
