/**
 * A real browser that installs from the registry. Where the package has none for the machine (it is made for Linux),
 * the Chrome that is installed there.
 */
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

const QUIET = ['--disable-gpu', '--disable-background-networking', '--disable-component-update'];

export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux') return playwright.launch({ channel: 'chrome', args: QUIET });
  return playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox', ...QUIET] });
}
