import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

/** A file of the page as it is sent. */
export interface PageFile {
  readonly contentType: string;
  /** Of these bytes: another encoding has another one. */
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The page: `index.html`, and beside it what it loads, under names that change with their contents. */
export interface PageFiles {
  readonly index: Readonly<Record<Encoding, PageFile>>;
  readonly assets: ReadonlyMap<string, Readonly<Record<Encoding, PageFile>>>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page into memory, with each file as small as it can be sent: some 300 kB in all. `undefined` when there is no
 * such folder: from its sources the coordinator runs without a page.
 * @throws Error when there is one and it is not a page.
 */
export async function readPageFiles(folder: string): Promise<PageFiles | undefined> {
  const names = await namesIn(folder);
  if (names === undefined) return undefined;
  const index = await readEncoded(join(folder, 'index.html'));
  const read = (await namesIn(join(folder, 'assets'))) ?? [];
  const assets = await Promise.all(
    read.map(async (name) => [name, await readEncoded(join(folder, 'assets', name))] as const),
  );
  return { index, assets: new Map(assets) };
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readEncoded(path: string): Promise<Readonly<Record<Encoding, PageFile>>> {
  const contentType = CONTENT_TYPES[extname(path)];
  if (contentType === undefined) throw new Error(`${path} is none of the page: its kind is not known`);
  const bytes = await readFile(path);
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  const file = (encoded: Uint8Array): PageFile => ({
    contentType,
    etag: `"${createHash('sha256').update(encoded).digest('hex').slice(0, 32)}"`,
    bytes: new Uint8Array(encoded),
  });
  return { br: file(br), gzip: file(zipped), identity: file(bytes) };
}
