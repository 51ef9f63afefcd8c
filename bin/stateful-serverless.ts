import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { StatefulServerlessStack } from '../lib/stateful-serverless-stack.ts';
import { DEFAULT_STAGE, stageNamed } from './stages.ts';

const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage') ?? DEFAULT_STAGE);

// Without credentials the account is undefined and the template fits any; the region is then the CLI's default. The laptop's always does: it
// must not depend on whose credentials happen to lie around.
const env =
  stage.name === 'laptop'
    ? {}
    : { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] };

new StatefulServerlessStack(app, `stateful-serverless-${stage.name}`, {
  stage,
  description: 'Stateful serverless: a booking of two functions that survives their failures',
  env,
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
