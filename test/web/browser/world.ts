/**
 * What the tests of the page run in: a stack with a few days of a tenant, late and changed rows in it and a gap behind
 * it, and a browser that notes whatever a page should not do.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ensureSigningKey } from '../../../dev/start/signingKey.ts';
import { launchBrowser } from '../../support/browser.ts';
import { fire, type Host, pause, runningTimers, runTimers, type Stack, startStack } from '../../support/stack.ts';
import type { StorageRequest } from '../../support/storageRequests.ts';

/** For anything to appear. */
const PATIENCE_MS = 12_000;
const HOUR_MS = 3_600_000;
const ORIGIN = Date.parse('2026-11-18T09:20:00Z');
/** Hours from one pull to the next; the last is longer than the source keeps. */
const STEPS = [0, 3, 25, 60];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Visit {
  readonly page: Page;
  /** What a page should not do, as far as it did. */
  readonly misdeeds: readonly string[];
  /** Forgets misdeeds that a test brought about itself. */
  forgive(misdeed: RegExp): void;
}

export interface World {
  readonly stack: Stack;
  readonly host: Host;
  readonly browser: Browser;
  /** Opens a path of the page. @param origin of another host than the world's. */
  visit(path: string, options?: BrowserContextOptions, origin?: string): Promise<Visit>;
  /** Closes what was visited: a page that is left open goes on asking the archive each minute. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** A day that was pulled whole, and what is missing after it. */
export const DAY = { from: '2026-11-17T00:00:00Z', to: '2026-11-18T00:00:00Z' } as const;
/** Others that no test reads but the one that breaks something in them: a host keeps what it has read. */
export const UNREAD = [
  { from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z' },
  { from: '2026-11-20T06:00:00Z', to: '2026-11-21T06:00:00Z' },
  { from: '2026-11-21T06:00:00Z', to: '2026-11-22T00:00:00Z' },
  { from: '2026-11-16T10:00:00Z', to: '2026-11-17T00:00:00Z' },
] as const;
export const WITH_GAP = { from: '2026-11-19T00:00:00Z', to: '2026-11-22T00:00:00Z' } as const;

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
  const key = join(folder, 'signing-key.pem');
  ensureSigningKey(key);
  const [stack, browser] = await Promise.all([
    startStack({
      days: 2,
      perDay: 3000,
      origin: ORIGIN,
      seed: 61,
      faults: 'late-rows,changed-rows',
      settings: {
        LOG_TYPES: 'interactiveSignIns,nonInteractiveSignIns,directoryAudits,provisioning,riskDetections',
        SIGNING_KEY: key,
      },
    }),
    launchBrowser(),
  ]);
  let host: Host | undefined;
  for (const hours of STEPS) {
    await stack.pass(hours * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
  }
  if (!host) throw new Error('no host was started');
  await fire(host, 'checkpoint');
  while ((await runningTimers(host)).length > 0) await pause(100);
  const { url } = host;
  return {
    stack,
    host,
    browser,
    visit: (path, options, origin = url) => visit(browser, origin, path, options),
    leave: async () => {
      for (const context of browser.contexts()) {
        for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
        await context.close();
      }
    },
    close: async () => {
      await browser.close();
      await stack.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function visit(browser: Browser, origin: string, path: string, options?: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const misdeeds: string[] = [];
  page.on('console', (message) => message.type() === 'error' && misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('blob:'))
      misdeeds.push(`request to ${request.url()}`);
  });
  await page.goto(origin + path);
  return {
    page,
    misdeeds,
    forgive: (misdeed) => misdeeds.splice(0, misdeeds.length, ...misdeeds.filter((each) => !misdeed.test(each))),
  };
}

/** What axe finds serious or worse: the rule and the elements. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Presses Tab until an element of that role and name has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name });
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluateAll(hasFocus)) return;
  }
  throw new Error(`80 presses of Tab do not lead to the ${role} ${name}`);
}

/** Runs in the page. */
function hasFocus(elements: readonly unknown[]): boolean {
  return elements.includes((globalThis as unknown as { document: { activeElement: unknown } }).document.activeElement);
}

/** Requests for the content of segments whose names match. */
export function inHours(names: RegExp): (request: StorageRequest) => boolean {
  return ({ kind, blob = '' }) => kind === 'getBlob' && names.test(blob);
}
