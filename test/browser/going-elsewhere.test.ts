import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recovered } from '../unit/coordinator/a-coordinator.ts';
import { serveInMemory, type ServedPage } from './a-served-page.ts';
import { HAS_BROWSER, launchBrowser, openPage } from './browser.ts';

let browser: Browser;
let served: ServedPage;

describe.runIf(HAS_BROWSER)('somebody who goes elsewhere before there is an answer', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    served = await serveInMemory();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('is not taken to the order that was repeated', async () => {
    const { id } = recovered(served.coordinator.s3);
    const { page } = await openPage(browser);
    let letThrough = (): void => undefined;
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await page.route('**/redrive', (route) => held.then(() => route.continue()));
    await page.goto(`${served.url}/#/executions/${id}`);
    const asked = page.waitForRequest('**/redrive');
    await page.getByRole('button', { name: 'Repeat this order' }).click();
    await asked;
    await page.getByRole('link', { name: 'Monitor' }).click();
    await page.getByRole('heading', { name: 'Monitor' }).waitFor();
    const answered = page.waitForResponse('**/redrive');
    letThrough();
    expect((await answered).status()).toBe(202);
    await page.evaluate('new Promise(requestAnimationFrame)');
    expect(await page.evaluate('location.hash')).toBe('#/monitor');
  });
});
