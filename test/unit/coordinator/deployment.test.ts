import { expect, it } from 'vitest';
import { describeDeployment } from '../../../coordinator/describe-deployment.ts';
import { SETTINGS } from '../../../coordinator/settings.ts';
import { readEnvironment } from '../../../platform/environment.ts';
import { aCoordinator } from './a-coordinator.ts';

const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  STACK_NAME: 'orders',
  APP_STORE_BUCKET: 'app-store',
  STATE_STORAGE_BUCKET: 'state-storage',
  LOG_GROUP: 'functions',
};
const CONSOLES = {
  region: 'eu-central-1',
  appStore: 'app-store',
  stateStorage: 'state-storage',
  logGroup: 'functions',
};

const describeWith = (environment: Record<string, string>) =>
  describeDeployment(readEnvironment(SETTINGS, { ...ENVIRONMENT, ...environment }));

it('says where to look in the consoles of AWS', () => {
  expect(describeWith({})).toEqual({ stackName: 'orders', consoles: CONSOLES, hasFaults: false });
});

it('names no console where AWS is another one', () => {
  expect(describeWith({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toEqual({
    stackName: 'orders',
    hasFaults: false,
  });
});

it('says when it can be broken on purpose', () => {
  expect(describeWith({ FAULTS_URL: 'http://127.0.0.1:1', FAULTS_TOKEN: 'secret' })).toMatchObject({ hasFaults: true });
  expect(JSON.stringify(describeWith({ FAULTS_URL: 'http://127.0.0.1:1', FAULTS_TOKEN: 'secret' }))).not.toContain(
    'secret',
  );
});

it('is what GET /deployment answers', async () => {
  const coordinator = await aCoordinator({ deployment: { consoles: CONSOLES } });
  expect(await (await coordinator.request('/deployment')).json()).toEqual(describeWith({}));
});
