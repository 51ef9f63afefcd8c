import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedItems } from '../../laptop/sample-items.ts';
import { startSystem } from '../../laptop/system.ts';
import type { System } from '../../laptop/system-options.ts';
import { HAS_BROWSER, launchBrowser, openPage, type OpenPage } from './browser.ts';

/** What a step takes on a machine that is busy with other things. */
const PATIENCE = { timeout: 60_000 };

let browser: Browser;
let stateFolder: string;
let system: System;
let open: OpenPage;
/** Everything that the coordinator answered the page, for a look whether a secret was among it. */
const answers: string[] = [];

// One system for all: what each of them needs of it, it puts in and takes out itself.
describe.runIf(HAS_BROWSER).sequential('the page of a running system', { shuffle: false }, () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    stateFolder = await mkdtemp(join(tmpdir(), 'browser-test-'));
    system = await startSystem({ stateFolder, hostEnvironment: process.env, hasFaultService: true });
    await seedItems(system.url);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await rm(stateFolder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    open = await openPage(browser);
    open.page.setDefaultTimeout(PATIENCE.timeout);
    open.page.on('response', (response) => {
      // A stream has no text before it ends.
      if (!response.url().endsWith('/events'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
  });
  afterEach(() => open.page.context().close());

  const at = (hash: string) => open.page.goto(`${system.url}/${hash}`);
  const press = (name: string | RegExp) => open.page.getByRole('button', { name }).click();
  const see = (text: string | RegExp) => open.page.getByText(text).first().waitFor();

  async function pay(card: string): Promise<void> {
    await at('#/book');
    await press('Concert ticket');
    await open.page.getByLabel('How many').fill('2');
    await open.page.getByLabel('For whom').fill('Ada');
    await press('Confirm');
    await open.page.getByRole('radio', { name: card }).check();
    await press('Pay €90.00');
  }

  it('books: an item, a confirmation, a payment, and a clear end', async () => {
    await pay('Visa');
    await see('2 × concert-ticket, €90.00, for Ada');
    await see('Paid. The booking is yours.');
    await open.page.getByRole('link', { name: 'Book another' }).click();
    await see('498 left');
    expect(open.complaints).toEqual([]);
    expect(open.requests.filter((url) => !url.startsWith(`${system.url}/`))).toEqual([]);
  });

  it('tells what was undone when a card is declined, and tries again with a button', async () => {
    await pay('A card that is declined');
    await see('Not booked, and nothing was kept.');
    await see('the card was declined');
    await see('The 2 units that were held are for sale again.');
    await see('Nothing was charged, and nothing can be any more.');
    const first = open.page.url();
    await press('Try again');
    await expect.poll(() => open.page.url(), PATIENCE).not.toBe(first);
    await see('Not booked, and nothing was kept.');
  });

  it("takes away payment's permission, shows how that is found and undone, and gives it back", async () => {
    await at('#/break');
    await press('access-denied');
    await see('Broken: access-denied.');
    await press('Order one and watch');
    // Seen as it happens: the page is not loaded again.
    await see(/ACCESS_DENIED, found by/);
    await see('done, and read back');
    const actions = open.page.locator('.change caption');
    await expect
      .poll(() => actions.allTextContents(), PATIENCE)
      .toEqual(['cancel-payment undid payment', 'close-stock-slot undid confirm-order']);
    await press('Show the objects in S3');
    await open.page.locator('.facts .key').filter({ hasText: 'recovery.json' }).waitFor();

    await at('#/break');
    await press('Give back');
    await see('Nothing is broken.');
    await open.page.goBack();
    await press('Repeat this order');
    await open.page.locator('.standing').getByText('SUCCEEDED').waitFor();
    await see('repeats');
  });

  it('lists them with what they failed of, and shows them on the monitor', async () => {
    await at('#/executions?failureKind=ACCESS_DENIED');
    await see('1 found among');
    await at('#/monitor');
    await see(/It sees the world as of/);
    // The monitor says what it found every half a minute.
    await see(/^(its log|Lambda's on-failure destination)$/);
    await open.page.locator('.plot canvas').nth(1).waitFor();
    expect(open.complaints).toEqual([]);
  });

  it('goes on by itself after the coordinator was killed', async () => {
    await at('#/break');
    await press('storage-hangs');
    await see('Broken: storage-hangs.');
    await press('Order one and watch');
    await see('live');
    const { pid } = system.coordinator;
    await system.coordinator.kill('SIGKILL');
    await see('connecting again …');
    // Three attempts of three seconds each, found by another coordinator's eyes.
    await see(/attempt 3 FAILED for good: TIMEOUT/);
    await open.page.locator('.standing').getByText('FAILED').waitFor();
    expect(system.coordinator.pid).not.toBe(pid);
    await at('#/break');
    await press('Give back');
    await see('Nothing is broken.');
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = open;
    await at('');
    await see('Concert ticket');
    await tabTo(page, 'Concert ticket');
    await page.keyboard.press('Enter');
    // The heading of each phase has the focus, so the next key goes on from there.
    await expect.poll(() => focusedText(page)).toBe('Confirm');
    await tabTo(page, 'How many');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedText(page)).toBe('Pay');
    await tabTo(page, 'Visa');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, /^Pay €135\.00$/);
    await page.keyboard.press('Space');
    await see('Paid. The booking is yours.');
    await tabTo(page, 'What happened, in detail');
    await page.keyboard.press('Enter');
    await see('taken and written to the app store');
    await expect.poll(() => focusedText(page)).toMatch(/^Execution /);
    await tabTo(page, 'Show the objects in S3');
    await page.keyboard.press('Enter');
    await see('payment.json');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toContain('"executionId"');
    await at('#/executions');
    await page.reload();
    await page.getByRole('heading', { name: 'Executions' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focusedText(page)).toBe('Executions');
  });

  it('told no secret in all this', async () => {
    expect(answers.length).toBeGreaterThan(50);
    const secrets = [system.aws.secretAccessKey, ...(await tokensOf(system.coordinator.pid))];
    for (const answer of answers) {
      for (const secret of secrets) expect(answer).not.toContain(secret);
      expect(answer).not.toMatch(/secretAccessKey|sessionToken|aws_secret|X-Amz-Signature|Bearer /i);
    }
  });
});

/** Goes on with the Tab key until what has the focus has this text or label. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await focusedText(page);
    if (typeof name === 'string' ? text.includes(name) : name.test(text)) return;
  }
  throw new Error(`the Tab key never comes to ${String(name)}`);
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(document.activeElement?.labels?.[0] ?? document.activeElement)?.textContent.trim() ?? ''`,
  );
}

/** Of the coordinator's environment, where it can be read. */
async function tokensOf(pid: number): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  const tokens = variables.flatMap((line) =>
    line.startsWith('FAULTS_TOKEN=') ? [line.slice('FAULTS_TOKEN='.length)] : [],
  );
  expect(tokens).toHaveLength(1);
  return tokens;
}
