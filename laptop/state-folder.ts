import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm start` keeps its system. */
export const STATE_FOLDER = join(fileURLToPath(new URL('..', import.meta.url)), '.local', 'state');
