import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anOrder, Facts, NOW, recovered, succeeded } from '../unit/coordinator/a-coordinator.ts';
import { serveInMemory, type ServedPage } from './a-served-page.ts';
import { HAS_BROWSER, launchBrowser, openPage } from './browser.ts';

/** Of a list as long as this, a change must redraw what has changed and nothing else. */
const COUNT = 1000;

let browser: Browser;
let served: ServedPage;

describe.runIf(HAS_BROWSER)('a thousand executions', () => {
  let running: Facts;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    served = await serveInMemory();
    for (let index = 1; index < COUNT; index += 1)
      succeeded(served.coordinator.s3, anOrder({ submittedAt: NOW - index * 1000 }));
    // In the middle of the list, so that it is out of sight.
    running = new Facts(served.coordinator.s3, anOrder({ submittedAt: NOW - (COUNT / 2) * 1000 - 1 }));
  });
  afterEach(() => served.close());

  it('are listed page by page; one that changes redraws its own row alone, and new ones are put before the others', async () => {
    const { page, complaints } = await openPage(browser);
    const rows = page.locator('tbody tr');
    await page.goto(`${served.url}/#/executions`);
    for (let loaded = 100; loaded < COUNT; loaded += 100) {
      await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(loaded);
      await page.getByRole('button', { name: 'Load older ones' }).click();
    }
    await page.getByText(`${COUNT} shown`).waitFor();
    expect(await rows.count()).toBe(COUNT);
    expect(await rows.getByText('RUNNING').count()).toBe(1);

    await page.evaluate(`{
      window.changed = new Set();
      new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
          for (const node of [target, ...addedNodes]) {
            const element = node.nodeType === 1 ? node : node.parentElement;
            const row = element?.closest('tbody tr');
            if (row) window.changed.add(row.querySelector('a').textContent);
          }
        }
      }).observe(document.querySelector('tbody'), { subtree: true, childList: true, characterData: true, attributes: true });
    }`);
    running.succeed('confirm-order').succeed('payment');
    const { id: newId } = new Facts(served.coordinator.s3, anOrder({ submittedAt: NOW }));
    await served.coordinator.clock.advance(1000);
    await page.getByText(newId).waitFor();
    await expect.poll(() => rows.count()).toBe(COUNT + 1);
    await expect.poll(() => rows.getByText('RUNNING').count()).toBe(1);
    expect(await rows.first().getByRole('link').textContent()).toBe(newId);
    const changed = await page.evaluate<readonly string[]>('[...window.changed]');
    expect([...changed].sort()).toEqual([running.id, newId].sort());
    expect(complaints).toEqual([]);
  });

  it('are found by status, by a search that says how far it looked', async () => {
    const oldest = recovered(served.coordinator.s3, anOrder({ submittedAt: NOW - COUNT * 1000 }));
    const { page } = await openPage(browser);
    await page.goto(`${served.url}/#/executions`);
    await page.getByLabel('Status').selectOption('FAILED');
    await page.getByText(`0 found among ${COUNT} looked at, back to`).waitFor();
    await page.getByRole('button', { name: 'Look further back' }).click();
    await page.getByText(`1 found among ${COUNT + 1} looked at, everything that is kept`).waitFor();
    await page.getByRole('link', { name: oldest.id }).waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/executions?status=FAILED');
  });

  it('are found by id, also by a key that somebody pasted; what is no id is refused in words', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${served.url}/#/executions`);
    await page.getByLabel('Find by id').fill('ticket');
    await page.keyboard.press('Enter');
    await page.getByText('An id looks like').waitFor();
    await page.getByLabel('Find by id').fill(` executions/${running.id.toUpperCase()}/payment.json`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Execution ${running.id}` }).waitFor();
  });
});
