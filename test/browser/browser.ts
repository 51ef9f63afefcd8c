import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
/** Nothing of the browser's own goes out, and it runs where there is no sandbox to be had: as root, in a container. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `CHROME_PATH`, or a Chromium on the PATH. */
const path = process.env['CHROME_PATH'] ?? findBrowser();

/**
 * Whether there is a browser to test in. Without one the ring is skipped, and says so; in CI, where everything has to be
 * there, it fails.
 */
export const HAS_BROWSER = path !== undefined || process.env['CI'] === 'true';

export async function launchBrowser(): Promise<Browser> {
  if (path === undefined) throw new Error('CI must not go without a browser: install chromium, or set CHROME_PATH');
  return chromium.launch({ executablePath: path, args: FLAGS });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page asked for, and what it complained of, so far. */
  readonly requests: string[];
  readonly complaints: string[];
}

/** A page with a profile of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
