import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { seedItems } from '../../laptop/sample-items.ts';
import { startSystem } from '../../laptop/system.ts';
import type { System } from '../../laptop/system-options.ts';
import { launchBrowser, openPage } from './browser.ts';
import { smallPng, type Pixels } from './small-png.ts';

/**
 * `npm run screenshot`: the README's picture of a recovered order. A real one: a system is started, payment's permission is
 * taken away on its page, an order is placed, and its timeline is photographed.
 */

const FILE = fileURLToPath(new URL('../../docs/images/recovered-order.png', import.meta.url));
/** Every clone has it, and every reader of the README loads it. */
const MAX_BYTES = 150_000;
const VIEWPORT = { width: 920, height: 1200 };
const PATIENCE_MS = 60_000;
const MOST_LOOKS = 100;

const say = (text: string) => process.stderr.write(`${text}\n`);
const stateFolder = await mkdtemp(join(tmpdir(), 'screenshot-'));
try {
  const system = await startSystem({
    stateFolder,
    hostEnvironment: process.env,
    hasFaultService: true,
    onProgress: say,
  });
  try {
    const picture = smallPng(await photograph(system));
    if (picture.length > MAX_BYTES)
      throw new Error(`the picture has ${picture.length} bytes, and may have ${MAX_BYTES}`);
    await mkdir(dirname(FILE), { recursive: true });
    await writeFile(FILE, picture);
    say(`${FILE}: ${picture.length} bytes`);
  } finally {
    await system.stop();
  }
} finally {
  await rm(stateFolder, { recursive: true, force: true });
}

async function photograph(system: System): Promise<Pixels> {
  await seedItems(system.url);
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, { viewport: VIEWPORT, colorScheme: 'light' });
    page.setDefaultTimeout(PATIENCE_MS);
    const order = async () => {
      await page.goto(`${system.url}/#/break`);
      await page.getByRole('button', { name: 'Order one and watch' }).click();
    };
    // Before the picture is taken: what starts for the first time starts slowly.
    await order();
    await page.locator('.standing').getByText('SUCCEEDED').waitFor();
    await page.goto(`${system.url}/#/break`);
    await page.getByRole('button', { name: 'access-denied' }).click();
    await page.getByText('Broken: access-denied.').waitFor();
    await order();
    await untilAllIsKnown(page);
    return await pixelsOf(page);
  } finally {
    await browser.close();
  }
}

/** The second signal may come after the end. */
async function untilAllIsKnown(page: Page): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await page.getByText('done, and read back').waitFor();
    if (await page.getByText('confirms it as').isVisible()) return;
    await page.reload();
  }
  throw new Error('no other signal confirmed the failure');
}

/** Of the page down to the end of the timeline. */
async function pixelsOf(page: Page): Promise<Pixels> {
  const end = await page.getByText('S3 says this to the second only').boundingBox();
  if (end === null) throw new Error('there is no timeline');
  const height = Math.ceil(end.y + end.height) + 12;
  const { width } = VIEWPORT;
  await page.setViewportSize({ width, height });
  const png = await page.screenshot({ clip: { x: 0, y: 0, width, height } });
  // The browser reads what it wrote, on a page without a policy.
  await page.goto('about:blank');
  const pixels = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const drawing = new OffscreenCanvas(${width}, ${height}).getContext('2d');
    drawing.drawImage(image, 0, 0);
    const { data } = drawing.getImageData(0, 0, ${width}, ${height});
    let text = '';
    for (const byte of data) text += String.fromCharCode(byte);
    return btoa(text);
  })()`);
  return { width, height, rgba: Buffer.from(pixels, 'base64') };
}
