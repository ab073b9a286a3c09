/**
 * A browser's own reading of a spliced export: Chromium shows the first member of a gzip and reports success, so only one
 * member that is whole gives it everything.
 */
import { hash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { busyWorld } from '../support/busyWorld.ts';
import { type ExportServer, startExportServer } from '../support/exportServer.ts';

let server: ExportServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startExportServer((await busyWorld()).world);
  browser = await launchBrowser();
  // An answer of the API may run nothing, and its policy says so; here a script reads, to see what the transfer gives.
  page = await browser.newPage({ bypassCSP: true });
  await page.goto(`${server.url}/api/logs/none`);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe("the fetch of headless Chromium, and Node's", () => {
  it.each([
    'from=2026-11-20T06:00:00Z&to=2026-11-20T10:00:00Z',
    'from=2026-11-20T06:17:31.5Z&to=2026-11-20T09:00:00.0000001Z',
    'from=2026-11-20&to=2026-11-21&versions=all',
  ])('reads all of a spliced export: %s', async (query) => {
    const url = `${server.url}/api/logs/directoryAudits?${query}`;
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    const wanted = Buffer.from(await plain.arrayBuffer());
    const read = await page.evaluate(async (address) => {
      const response = await fetch(address);
      const bytes = await response.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return {
        encoding: response.headers.get('content-encoding'),
        length: bytes.byteLength,
        sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      };
    }, url);
    expect(read).toEqual({ encoding: 'gzip', length: wanted.length, sha256: hash('sha256', wanted) });
    expect(wanted.length).toBeGreaterThan(10_000);
    // Node's own fetch asks for gzip too, and inflates it by itself.
    const byNode = await fetch(url);
    expect(byNode.headers.get('content-encoding')).toBe('gzip');
    expect(Buffer.from(await byNode.arrayBuffer()).equals(wanted)).toBe(true);
  });
});
