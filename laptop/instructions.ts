import type { System } from './system-options.ts';

/** What a person can do with a system that has just come up. */
export function instructions({ url, aws, controlNodeEnvironment, logFolder, stateFolder }: System): string {
  const {
    APP_STORE_BUCKET: appStore = '',
    STATE_STORAGE_BUCKET: stateStorage = '',
    LOG_GROUP: logGroup = '',
  } = controlNodeEnvironment;
  const credentials = `AWS_ACCESS_KEY_ID=${aws.accessKeyId} AWS_SECRET_ACCESS_KEY=${aws.secretAccessKey} AWS_REGION=${aws.region}`;
  return `
The booking is up. Open ${url}

Or order without a browser:
  curl -i ${url}/orders -H 'content-type: application/json' -H "idempotency-key: $(date +%s)" \\
    -d '{"itemId":"concert-ticket","quantity":1,"paymentMethod":"pm_card_visa"}'
and follow it at the address in its Location. What is for sale: ${url}/items

Every AWS call goes to ${aws.endpoint} (S3, Lambda, CloudWatch Logs, CloudFormation):
  region         ${aws.region}
  credentials    ${aws.accessKeyId} / ${aws.secretAccessKey}
  app store      ${appStore}
  state storage  ${stateStorage}
  log group      ${logGroup}
Look inside with any S3 client, for instance:
  ${credentials} \\
    aws --endpoint-url ${aws.endpoint} s3 ls --recursive s3://${stateStorage}/

Data: ${stateFolder} (kept when this stops). Logs: ${logFolder}
Ctrl-C stops everything.
`;
}
