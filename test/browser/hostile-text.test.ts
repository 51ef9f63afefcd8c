import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultClient } from '../../coordinator/fault-client.ts';
import { executionPrefix, recoveryAttemptKey } from '../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../support/memory-s3.ts';
import { anOrder, Facts, NOW } from '../unit/coordinator/a-coordinator.ts';
import { serveInMemory, type ServedPage } from './a-served-page.ts';
import { HAS_BROWSER, launchBrowser, openPage, type OpenPage } from './browser.ts';

/** Each of these would be seen, or would leave a mark on the page, if it were ever taken for markup. */
const ATTACKS = [
  '<img src=x onerror="document.title=\'owned\'">',
  '"><script>document.title="owned"</script>',
  "javascript:document.title='owned'",
  '{{constructor.constructor("document.title=1")()}}',
  '\u202Eevil\u0000\u2028<svg/onload=alert(1)>',
];
const HOSTILE = ATTACKS.join(' ');
/** As much of it as a fact may carry. */
const SHORT = ATTACKS.slice(0, 2).join(' ');

let browser: Browser;
let served: ServedPage;
let open: OpenPage;

describe.runIf(HAS_BROWSER)('hostile text', () => {
  let recovered: Facts;
  let recovering: Facts;
  let refused: Facts;
  let strange: Facts;

  beforeAll(async () => {
    browser = await launchBrowser();
    const status = { faults: [{ name: HOSTILE, how: HOSTILE }], inForce: HOSTILE, isChanging: false };
    const faults = new FaultClient({ url: 'http://x', token: 'x', fetch: async () => Response.json(status) });
    served = await serveInMemory({ faults, deployment: { stackName: HOSTILE, hasFaults: true } });
    const { s3, items } = served.coordinator;
    await items.put({ itemId: 'ticket', name: HOSTILE.slice(0, 200), price: 100, currency: 'EUR', units: 5 });
    const input = {
      itemId: 'ticket',
      quantity: 1,
      total: 100,
      currency: 'EUR',
      paymentMethod: 'pm_x',
      customer: SHORT,
    };
    recovered = new Facts(s3, anOrder({ input }))
      .succeed('confirm-order', { note: HOSTILE, [HOSTILE]: 1 })
      .fail('payment', { error: SHORT.slice(0, 128), message: HOSTILE, requestId: SHORT, evidence: [SHORT] })
      .recover([
        { handler: HOSTILE, step: 'payment', before: { [HOSTILE]: HOSTILE }, after: { status: HOSTILE } },
        { handler: 'other', step: 'confirm-order', before: HOSTILE, after: [HOSTILE] },
      ]);
    recovering = new Facts(s3, anOrder({ submittedAt: NOW - 1000, input })).succeed('confirm-order').fail('payment');
    recovering.place(recoveryAttemptKey(recovering.id, 1), {
      executionId: recovering.id,
      attempt: 1,
      handler: HOSTILE,
      error: HOSTILE,
      message: HOSTILE,
      failedAt: NOW,
    });
    refused = new Facts(s3, anOrder({ submittedAt: NOW - 3000, input }))
      .succeed('confirm-order')
      .fail('payment', { kind: 'REJECTED', message: HOSTILE })
      .recover([{ handler: HOSTILE, step: 'payment', before: HOSTILE, after: HOSTILE }]);
    strange = new Facts(
      s3,
      anOrder({ submittedAt: NOW - 2000, workflow: { name: HOSTILE, version: 7 }, input: HOSTILE }),
    );
    s3.place(STATE_STORAGE_BUCKET, `${executionPrefix(strange.id)}${encodeURIComponent(HOSTILE)}`, {
      [HOSTILE]: HOSTILE,
    });
    s3.place(STATE_STORAGE_BUCKET, `${executionPrefix(strange.id)}<b>bold</b>.json`, HOSTILE);
    open = await openPage(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const show = async (hash: string, expected: string) => {
    await open.page.goto(`${served.url}/${hash}`);
    // The choices of a filter have the same words, out of sight.
    await open.page.getByText(expected).filter({ visible: true }).first().waitFor();
  };

  /** The text of the page as it stands there, and that nothing became of it but text. */
  const shownText = async () => {
    expect(
      await open.page.locator('img, svg script, script:not([src]), iframe, object, b, [onerror], [onload]').count(),
    ).toBe(0);
    expect(await open.page.title()).toMatch(/ · Booking$/);
    expect(
      await open.page.evaluate(
        '[...document.querySelectorAll("a")].filter(({ protocol }) => protocol !== "http:").length',
      ),
    ).toBe(0);
    expect(open.complaints).toEqual([]);
    return (await open.page.locator('body').textContent()) ?? '';
  };
  const times = (text: string, part = ATTACKS[0] ?? '') => text.split(part).length - 1;

  it('in an item and in the name of the stack is text', async () => {
    await show('#/book', '5 left');
    expect(times(await shownText())).toBe(2);
  });

  it('in a list of executions is text', async () => {
    await show('#/executions', 'UNKNOWN VERSION');
    await shownText();
  });

  it('in every field of a recovered execution, and in its facts, is text', async () => {
    await show(`#/executions/${recovered.id}`, 'done, and read back');
    // The stack's name; the customer; error and message above and in the timeline; request, evidence, handler; before and
    // after: of what, and twice what it was and is. Within JSON its quotes are escaped, and not counted.
    expect(times(await shownText())).toBe(13);
    await open.page.getByRole('button', { name: 'Show the objects in S3' }).click();
    await open.page.locator('.facts pre').nth(3).waitFor();
    expect(times(await shownText(), 'onerror=')).toBeGreaterThanOrEqual(24);
  });

  it('in a recovery that fails is text', async () => {
    await show(`#/executions/${recovering.id}`, 'try 1 failed in');
    expect(times(await shownText())).toBeGreaterThanOrEqual(5);
  });

  it('in an execution that nobody knows, and in the keys of its objects, is text', async () => {
    await show(`#/executions/${strange.id}`, 'does not know version 7');
    await open.page.getByRole('button', { name: 'Show the objects in S3' }).click();
    await open.page.locator('.facts .key').filter({ hasText: '<b>bold</b>.json' }).waitFor();
    await shownText();
  });

  it('in an outcome that a customer is told is text', async () => {
    await show(`#/book/${refused.id}`, 'What was undone');
    // The stack's name, the customer, why it was refused, the handler.
    expect(times(await shownText())).toBe(4);
  });

  it('in a fault is text', async () => {
    await show('#/break', 'It stays so until');
    expect(times(await shownText())).toBeGreaterThanOrEqual(3);
  });

  it('in an address is text, also where the API answers about it', async () => {
    await show(`#/executions/${encodeURIComponent(HOSTILE)}`, 'Execution');
    await open.page.getByRole('alert').getByText('UUIDv7').waitFor();
    open.complaints.length = 0;
    await shownText();
  });

  it('asked nobody but the coordinator in all this', () => {
    expect(open.requests.filter((url) => !url.startsWith(`${served.url}/`))).toEqual([]);
  });
});
