/**
 * Without a sign-in, a role or a purpose: the page says what it needs, and nothing that was there is lost. Through the
 * imitation of EasyAuth, before a host that wants to know who asks.
 */
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SignedIn, startSignedIn } from '../../support/signedIn.ts';
import { DAY, inHours, seriousFindings, tabTo, UNREAD, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';
const SEARCH = `/search?${new URLSearchParams({ log: LOG, ...DAY })}`;
const HOUR_MS = 3_600_000;
const FIRST_PAGE = '500 records, the oldest first';

/** On the page of the sign-in. @param roles those that are not unchecked. */
async function signIn(page: Page, roles: RegExp = /./): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in to a local archive' }).waitFor();
  for (const box of await page.getByRole('checkbox').all()) {
    if (!roles.test((await box.getAttribute('value')) ?? '')) await box.uncheck();
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The tab that a click opens. */
async function opened(context: BrowserContext, click: Promise<void>): Promise<Page> {
  const [page] = await Promise.all([context.waitForEvent('page'), click]);
  return page;
}

async function scrollToTheEnd(page: Page): Promise<void> {
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
}

export function testSignIn(world: () => World): void {
  describe('Sign-in', () => {
    let archive: SignedIn;
    beforeAll(async () => {
      archive = await startSignedIn(world().stack);
    });
    afterAll(() => archive.close());

    const visit = (path: string) => world().visit(path, {}, archive.url);
    const atGate = (page: Page) => page.getByRole('heading', { name: 'Sign in to see the archive' }).waitFor();

    /** A search by somebody who has just signed in for it. */
    async function searching() {
      const made = await visit(SEARCH);
      const { page } = made;
      await page.getByRole('link', { name: 'Sign in here' }).click();
      await signIn(page);
      await page.getByText(FIRST_PAGE).waitFor();
      made.forgive(/status of 401/);
      return made;
    }

    it('is asked for where there is none, and leads back to the view that was gone to', async () => {
      const { page, misdeeds, forgive } = await visit(SEARCH);
      await atGate(page);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('link', { name: 'Sign in here' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await signIn(page);
      await page.getByText(FIRST_PAGE).waitFor();
      await page.getByText('anna@contoso.example').waitFor();
      expect(page.url()).toBe(archive.url + SEARCH);
      forgive(/status of 401/);
      expect(misdeeds).toEqual([]);
    });

    it('in another tab tells the tab that asked for it, and lets it begin', async () => {
      const { page, misdeeds, forgive } = await visit(SEARCH);
      await atGate(page);
      const other = await opened(page.context(), page.getByRole('link', { name: 'Sign in in a new tab' }).click());
      await signIn(other);
      await page.getByText(FIRST_PAGE).waitFor();
      forgive(/status of 401/);
      expect(misdeeds).toEqual([]);
    });

    it('is given and ended without a mouse', async () => {
      const { page, misdeeds, forgive } = await visit(SEARCH);
      await atGate(page);
      await tabTo(page, 'link', 'Sign in here');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sign in to a local archive' }).waitFor();
      await tabTo(page, 'button', 'Sign in');
      await page.keyboard.press('Enter');
      await page.getByText(FIRST_PAGE).waitFor();
      await tabTo(page, 'link', 'Sign out');
      await page.keyboard.press('Enter');
      await atGate(page);
      forgive(/status of 401/);
      expect(misdeeds).toEqual([]);
    });

    it('that ends in the middle of a download is asked for, and the download goes on without a record lost', async () => {
      const { page, misdeeds, forgive } = await visit(`/take?${new URLSearchParams({ log: LOG, ...UNREAD[2] })}`);
      await page.getByRole('link', { name: 'Sign in here' }).click();
      await signIn(page);
      await page.getByText(/^[\d,]+ records$/).waitFor();
      const { blobProxy } = world().stack;
      blobProxy.failBefore(inHours(/hour=1[2-9]/), 'always', 404, 'BlobNotFound');
      // It breaks, and before it goes on the sign-in has ended.
      const ended = Promise.withResolvers<void>();
      await page.route(/[?&]cursor=/, async (route) => {
        await ended.promise;
        await route.continue();
      });
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByText('the download goes on by itself').waitFor();
      await page.request.get(`${archive.url}/.auth/logout`);
      blobProxy.reset();
      ended.resolve();
      await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor();
      await page.getByText(/^[\d,]+ records are kept\. It goes on behind the last of them\.$/).waitFor();
      const other = await opened(page.context(), page.getByRole('link', { name: 'Sign in in a new tab' }).click());
      await signIn(other);
      const file = readFileSync(await (await saved).path(), 'utf8');
      const whole = await fetch(`${world().host.url}/api/logs/${LOG}?${new URLSearchParams(UNREAD[2])}`);
      expect(file).toBe(await whole.text());
      await page.getByText('without a record lost or doubled').waitFor();
      forgive(/status of 401|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONTENT_LENGTH/);
      expect(misdeeds).toEqual([]);
    });

    it('whose token has expired is renewed without a word', async () => {
      const { page, misdeeds, forgive } = await searching();
      // From now on the session has a token of two hours ago.
      const refreshed = await archive.before(2 * HOUR_MS, () => page.request.get(`${archive.url}/.auth/refresh`));
      expect(refreshed.status()).toBe(200);
      const renewal = page.waitForResponse(/\/\.auth\/refresh$/);
      await scrollToTheEnd(page);
      expect((await renewal).status()).toBe(200);
      await page.getByText('all there are').waitFor();
      expect(page.url().startsWith(archive.url + SEARCH)).toBe(true);
      forgive(/status of 401/);
      expect(misdeeds).toEqual([]);
    });

    it('that ends in mid-search is asked for, keeps the records at hand, and the search goes on', async () => {
      const { page, misdeeds, forgive } = await searching();
      await page.request.get(`${archive.url}/.auth/logout`);
      await scrollToTheEnd(page);
      await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor();
      await page.getByText('500 records arrived before this happened').waitFor();
      const here = page.getByRole('link', { name: 'Sign in here' });
      const back = new URL((await here.getAttribute('href')) ?? '', archive.url).searchParams;
      expect(back.get('post_login_redirect_uri')).toBe(new URL(page.url()).pathname + new URL(page.url()).search);
      const other = await opened(page.context(), page.getByRole('link', { name: 'Sign in in a new tab' }).click());
      await signIn(other);
      await page.getByText('all there are').waitFor();
      forgive(/status of 401/);
      expect(misdeeds).toEqual([]);
    });

    it('without a role says which one to ask for; after signing out one can come with it', async () => {
      const { page, misdeeds, forgive } = await visit(SEARCH);
      await page.getByRole('link', { name: 'Sign in here' }).click();
      await signIn(page, /^none$/);
      await page.getByRole('heading', { name: 'You need a role to see the archive' }).waitFor();
      await page.getByRole('heading', { name: 'Ask for the role Archive.Read' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('link', { name: 'Sign out' }).click();
      await atGate(page);
      expect(await page.context().cookies()).toEqual([]);
      await page.getByRole('link', { name: 'Sign in here' }).click();
      await signIn(page, /^Archive\.Read$/);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      forgive(/status of 40[13]/);
      expect(misdeeds).toEqual([]);
    });
  });

  describe('The purpose', () => {
    it('is asked for where the archive wants one, sent with every request, and kept for the session', async () => {
      const host = await world().stack.startHost({ PURPOSE_REQUIRED: 'true' });
      const { page, misdeeds, forgive } = await world().visit(SEARCH, {}, host.url);
      await page.getByRole('heading', { name: 'The archive asks what this is for' }).waitFor();
      await page.getByRole('textbox', { name: 'Purpose' }).fill('Case 4711, Müller');
      const sent = page.waitForRequest(/\/api\/logs\//);
      await page.getByRole('button', { name: 'Try again' }).click();
      expect((await sent).headers()['x-purpose']).toBe('Case%204711%2C%20M%C3%BCller');
      await page.getByText(FIRST_PAGE).waitFor();
      await page.reload();
      expect(await page.getByRole('textbox', { name: 'Purpose' }).inputValue()).toBe('Case 4711, Müller');
      await page.getByText(FIRST_PAGE).waitFor();
      forgive(/status of 400/);
      expect(misdeeds).toEqual([]);
      await host.kill();
    });
  });
}
