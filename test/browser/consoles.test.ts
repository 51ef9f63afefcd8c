import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoveryKey } from '../../workflow/keys.ts';
import { recovered } from '../unit/coordinator/a-coordinator.ts';
import { serveInMemory, type ServedPage } from './a-served-page.ts';
import { HAS_BROWSER, launchBrowser, openPage } from './browser.ts';

const CONSOLES = { region: 'eu-central-1', appStore: 'app', stateStorage: 'state', logGroup: '/steps' };

let browser: Browser;
let served: ServedPage;

describe.runIf(HAS_BROWSER)('the page of a deployed stack', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    served = await serveInMemory({ deployment: { consoles: CONSOLES } });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it("leads to the same request in CloudWatch's console and to the same object in S3's, and breaks nothing", async () => {
    const { id } = recovered(served.coordinator.s3);
    const { page, requests } = await openPage(browser);
    await page.goto(`${served.url}/#/executions/${id}`);
    const log = page.getByRole('link', { name: 'its log in CloudWatch' });
    await log.first().waitFor();
    for (const link of await log.all()) {
      expect(await link.getAttribute('href')).toMatch(
        /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-central-1#logsV2:log-groups\/log-group\/\$252Fsteps\/log-events\$3F/,
      );
      expect(await link.getAttribute('rel')).toBe('noreferrer');
    }
    await page.getByRole('button', { name: 'Show the objects in S3' }).click();
    const entry = page.locator('.facts li').filter({ has: page.getByText(recoveryKey(id), { exact: true }) });
    const object = new URL((await entry.getByRole('link', { name: 'in S3' }).getAttribute('href')) ?? '');
    expect(`${object.host}${object.pathname}`).toBe('eu-central-1.console.aws.amazon.com/s3/object/state-storage');
    expect(object.searchParams.get('prefix')).toBe(recoveryKey(id));
    expect(await page.getByRole('link', { name: 'Break it' }).count()).toBe(0);
    // It offers the consoles, and asks them nothing.
    expect(requests.filter((url) => !url.startsWith(`${served.url}/`))).toEqual([]);
  });
});
