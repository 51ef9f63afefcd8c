import { MemoryS3 } from '../../support/memory-s3.ts';
import { objectStoreContract } from './object-store-contract.ts';

objectStoreContract('the S3 in memory', async () => ({
  client: new MemoryS3().client,
  bucket: 'stores',
  close: async () => undefined,
}));
