import { Ledger } from '../../booking/ledger.ts';
import { readEnvironment, string } from '../../platform/environment.ts';
import { step } from '../step.ts';
import { createStores } from '../stores.ts';
import type { PaymentEnvironment } from './environment.ts';
import { payment } from './payment.ts';

const environment: PaymentEnvironment = readEnvironment(
  { APP_STORE_BUCKET: string(), STATE_STORAGE_BUCKET: string() },
  process.env,
);
const store = createStores(environment);

export const handler = step(
  { name: 'payment', store },
  payment({ stateStorage: store.stateStorage, provider: new Ledger({ objects: store.appStore }) }),
);
