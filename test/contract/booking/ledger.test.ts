import { Ledger } from '../../../booking/ledger.ts';
import { memoryStores } from '../../support/memory-s3.ts';
import { paymentProviderContract } from './payment-provider-contract.ts';

paymentProviderContract('the ledger', () => new Ledger({ objects: memoryStores().appStore }));
