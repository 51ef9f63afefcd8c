import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPageFiles } from '../../../coordinator/page-files.ts';
import { bestEncoding } from '../../../coordinator/routes/page.ts';
import { aCoordinator, type TestCoordinator } from './a-coordinator.ts';

const INDEX = '<!doctype html><title>Booking</title>';
const SCRIPT = `document.title = 'a page';`.repeat(40);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), INDEX);
  await writeFile(join(folder, 'assets', 'main-ABCD1234.js'), SCRIPT);
});
afterEach(() => rm(folder, { recursive: true }));

describe('GET /', () => {
  let coordinator: TestCoordinator;
  const get = (path: string, headers: Record<string, string> = {}) => coordinator.app.request(path, { headers });

  beforeEach(async () => {
    const page = await readPageFiles(folder);
    if (page === undefined) throw new Error('there is no page');
    coordinator = await aCoordinator({ page });
  });

  it('is the page, which is asked for again each time', async () => {
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe(INDEX);
  });

  it('lets the page load, ask and run nothing but what this coordinator serves, and no text become markup', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    const directives = policy.split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("frame-ancestors 'none'");
    expect(directives).toContain("base-uri 'none'");
    expect(directives).toContain("form-action 'none'");
    expect(directives).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
  });

  it('serves what the page loads for ever, as its names change with it', async () => {
    const response = await get('/assets/main-ABCD1234.js');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe(SCRIPT);
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('sends %s to whoever takes it', async (encoding, unpack) => {
    const response = await get('/assets/main-ABCD1234.js', { 'accept-encoding': encoding });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toBe('accept-encoding');
    const sent = Buffer.from(await response.arrayBuffer());
    expect(sent.length).toBeLessThan(SCRIPT.length / 4);
    expect(unpack(sent).toString()).toBe(SCRIPT);
  });

  it('answers 304 to whoever has the same already, in the same encoding', async () => {
    const etag = (await get('/', { 'accept-encoding': 'gzip' })).headers.get('etag') ?? '';
    const again = await get('/', { 'accept-encoding': 'gzip', 'if-none-match': `"other", W/${etag}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect((await get('/', { 'accept-encoding': 'br', 'if-none-match': etag })).status).toBe(200);
  });

  it.each([
    '/assets/none.js',
    '/assets/',
    '/assets/..%2findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fmain.ts',
    '/index.html',
  ])('has nothing at %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: '/problems/no-such-resource' });
  });

  it('answers no page for another host and takes no other method', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    const posted = await coordinator.app.request('/', { method: 'POST' });
    expect(posted.status).toBe(405);
  });
});

describe('reading the page', () => {
  it('finds none where there is no folder', async () => {
    expect(await readPageFiles(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('refuses a folder with a file of an unknown kind', async () => {
    await writeFile(join(folder, 'assets', 'notes.txt'), 'x');
    await expect(readPageFiles(folder)).rejects.toThrow(/notes\.txt is none of the page/);
  });
});

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.0, gzip;q=0', 'identity'],
  ['brotli', 'identity'],
  ['', 'identity'],
])('of %j the smallest encoding is %s', (accepted, encoding) => {
  expect(bestEncoding(accepted)).toBe(encoding);
});
