import { StockStore } from '../../booking/stock-store.ts';
import { readEnvironment, string } from '../../platform/environment.ts';
import { step } from '../step.ts';
import { createStores } from '../stores.ts';
import { confirmOrder } from './confirm-order.ts';
import type { ConfirmOrderEnvironment } from './environment.ts';

const environment: ConfirmOrderEnvironment = readEnvironment(
  { APP_STORE_BUCKET: string(), STATE_STORAGE_BUCKET: string() },
  process.env,
);
const store = createStores(environment);

export const handler = step(
  { name: 'confirm-order', store },
  confirmOrder({ appStore: store.appStore, stock: new StockStore({ objects: store.appStore }) }),
);
