import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultClient } from '../../coordinator/fault-client.ts';
import { attemptClaimKey, attemptInvokedKey, MONITOR_STATUS_KEY } from '../../workflow/keys.ts';
import type { MonitorStatus } from '../../workflow/monitor-status.ts';
import { STATE_STORAGE_BUCKET } from '../support/memory-s3.ts';
import { anOrder, Facts, NOW, recovered, succeeded } from '../unit/coordinator/a-coordinator.ts';
import { someFailedOrders } from '../unit/coordinator/some-failed-orders.ts';
import { serveInMemory, type ServedPage } from './a-served-page.ts';
import { HAS_BROWSER, launchBrowser, openPage } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

let browser: Browser;
let served: ServedPage;
let failedId: string;
let runningId: string;

async function violationsOf(page: Page): Promise<readonly string[]> {
  // Over the debugger, which the content security policy does not concern.
  await page.evaluate(AXE);
  const violations = await page.evaluate<readonly Violation[]>('axe.run().then(({ violations }) => violations)');
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

describe.runIf(HAS_BROWSER)('the page, as axe sees it', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    const status = {
      faults: [
        { name: 'access-denied', how: 'the bucket policy denies payment its objects' },
        { name: 'throttled', how: 'it never runs' },
      ],
      inForce: 'throttled',
      isChanging: false,
    };
    const faults = new FaultClient({ url: 'http://x', token: 'x', fetch: async () => Response.json(status) });
    served = await serveInMemory({ faults, deployment: { hasFaults: true } });
    const { s3, items } = served.coordinator;
    await items.put({ itemId: 'ticket', name: 'Concert ticket', price: 4500, currency: 'EUR', units: 5 });
    await items.put({ itemId: 'seat', name: 'The last seat', price: 9900, currency: 'EUR', units: 0 });
    someFailedOrders(served.coordinator);
    failedId = recovered(s3).id;
    const monitor: MonitorStatus = {
      startedAt: NOW - 900_000,
      writtenAt: NOW - 9000,
      seesThroughAt: NOW - 11_000,
      isBlind: false,
      failuresFound: { log: 3, destination: 5 },
      unattributed: { 'other-stream': 1 },
      logCalls: { lastMinute: 212, quotaPerMinute: 300, pauseMs: 240 },
    };
    s3.place(STATE_STORAGE_BUCKET, MONITOR_STATUS_KEY, monitor);
    succeeded(s3, anOrder({ submittedAt: NOW - 1000 }));
    const retried = new Facts(s3, anOrder({ submittedAt: NOW - 2000 })).succeed('confirm-order');
    runningId = retried.id;
    const because = {
      kind: 'TIMEOUT',
      error: 'Sandbox.Timedout',
      message: 'Task timed out after 3.00 seconds',
      signal: 'log',
      attempt: 1,
      detectedAt: NOW - 500,
    };
    const attempt = { executionId: runningId, step: 'payment', attempt: 2 };
    retried.place(attemptClaimKey(runningId, 'payment', 2), { ...attempt, invokeAt: NOW, because });
    retried.place(attemptInvokedKey(runningId, 'payment', 2), { ...attempt, requestId: 'r-2', invokedAt: NOW });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const views: readonly (readonly [name: string, address: () => string, shown: string])[] = [
    ['items', () => '#/book', 'Concert ticket'],
    ['executions', () => '#/executions', 'TYPE_ERROR'],
    ['executions by failure', () => '#/executions?failureKind=TYPE_ERROR', 'looked at'],
    ['a failed execution', () => `#/executions/${failedId}`, 'done, and read back'],
    ['a running execution', () => `#/executions/${runningId}`, 'attempt 2 invoked'],
    ['an order that failed', () => `#/book/${failedId}`, 'Not booked'],
    ['the monitor', () => '#/monitor', 'by when they were taken'],
    ['incidents', () => '#/monitor', 'The cause is gone'],
    ['faults', () => '#/break', 'It stays so'],
    ['an execution that is not there', () => `#/executions/${failedId.replace(/^..../, '0000')}`, 'There is no order'],
  ];
  // Colours do not depend on the width, nor the layout on colours: each is seen both ways, and all four would take twice as long.
  const looks = [
    ['light', WIDE],
    ['dark', PHONE],
  ] as const;

  describe.each(looks)('in %s, %o', (colorScheme, viewport) => {
    it.each(views)('%s has no violation, and nothing is cut off at the side', async (_, address, shown) => {
      const { page } = await openPage(browser, { colorScheme, viewport });
      await page.goto(`${served.url}/${address()}`);
      await page.getByText(shown).first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
      await page.context().close();
    });

    it('the three phases of a booking have no violation', async () => {
      const { page } = await openPage(browser, { colorScheme, viewport });
      await page.goto(served.url);
      await page.getByRole('button', { name: 'Concert ticket' }).click();
      await page.getByLabel('How many').fill('0');
      expect(await violationsOf(page)).toEqual([]);
      await page.getByLabel('How many').fill('2');
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('button', { name: /Pay/ }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.context().close();
    });
  });
});
