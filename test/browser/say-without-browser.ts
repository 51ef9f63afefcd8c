import { HAS_BROWSER } from './browser.ts';

/** Once, however many files are skipped. */
export function setup(): void {
  if (!HAS_BROWSER)
    process.stderr.write('No Chromium on the PATH and no CHROME_PATH: the tests in a browser are skipped\n');
}
