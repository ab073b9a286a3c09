/** Without a sign-in, a role or a purpose: the page says what it needs, and nothing that was there is lost. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DAY, seriousFindings, type World } from './world.ts';

const SEARCH = `/search?${new URLSearchParams({ log: 'nonInteractiveSignIns', ...DAY })}`;

const problem = (status: number, more: object = {}) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', status, detail: `an answer of ${status}`, ...more }),
});

/** What another tab says at the end of its sign-in. */
const SIGN_IN_ELSEWHERE = `new BroadcastChannel('entra-log-archive-sign-in').postMessage('signed-in')`;

/** Answers the requests that match in the archive's place, until it is called. */
async function inPlace(
  page: Page,
  url: string | RegExp,
  answer: ReturnType<typeof problem>,
): Promise<() => Promise<void>> {
  await page.route(url, (route) => route.fulfill(answer));
  return () => page.unroute(url);
}

export function testSignIn(world: () => World): void {
  describe('Sign-in', () => {
    it('that ends in mid-search is asked for, keeps the records at hand, and the search goes on', async () => {
      const visit = await world().visit(SEARCH);
      const { page } = visit;
      await page.getByText('500 records, the oldest first').waitFor();
      const over = await inPlace(page, /cursor=/, problem(401));
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor();
      await page.getByText('500 records arrived before this happened').waitFor();
      const here = page.getByRole('link', { name: 'Sign in here' });
      const back = new URL((await here.getAttribute('href')) ?? '', world().host.url).searchParams;
      expect(back.get('post_login_redirect_uri')).toBe(new URL(page.url()).pathname + new URL(page.url()).search);
      await over();
      await page.evaluate(SIGN_IN_ELSEWHERE);
      await page.getByText('all there are').waitFor();
      visit.forgive(/status of 401/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('that has expired is renewed without a word, and who is signed in stands in the frame', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      await page.route('**/search?*', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace('"none"', '"entra"') });
      });
      await page.route('**/.auth/me', (route) => route.fulfill({ json: [{ user_id: 'anna@contoso.example' }] }));
      await page.route('**/.auth/refresh', (route) => route.fulfill({ status: 200 }));
      await page.goto(world().host.url + SEARCH);
      await page.getByText('anna@contoso.example').waitFor();
      await page.getByText('500 records, the oldest first').waitFor();
      await page.route(/cursor=/, (route) => route.fulfill(problem(401)), { times: 1 });
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByText('all there are').waitFor();
      visit.forgive(/status of 401/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('in another tab tells the tab that asked for it, and lets it begin', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      await page.getByText('You are signed in').waitFor();
      const over = await inPlace(page, /\/api\//, problem(401));
      await page.goto(world().host.url + SEARCH);
      await page.getByRole('heading', { name: 'Sign in to see the archive' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await over();
      const other = await page.context().newPage();
      await other.goto(`${world().host.url}/signed-in`);
      await page.getByText('500 records, the oldest first').waitFor();
      visit.forgive(/status of 401/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('without a role says which one to ask for', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      await inPlace(page, /\/api\//, problem(403, { role: 'Archive.Read' }));
      await page.goto(world().host.url + SEARCH);
      await page.getByRole('heading', { name: 'You need a role to see the archive' }).waitFor();
      await page.getByRole('heading', { name: 'Ask for the role Archive.Read' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      visit.forgive(/status of 403/);
      expect(visit.misdeeds).toEqual([]);
    });
  });

  describe('The purpose', () => {
    it('is asked for where the archive wants one, sent with every request, and kept for the session', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      const over = await inPlace(page, /\/api\/logs\//, problem(400, { header: 'X-Purpose' }));
      await page.goto(world().host.url + SEARCH);
      await page.getByRole('heading', { name: 'The archive asks what this is for' }).first().waitFor();
      await over();
      await page.getByRole('textbox', { name: 'Purpose' }).fill('Case 4711, Müller');
      const sent = page.waitForRequest(/\/api\/logs\//);
      await page.getByRole('button', { name: 'Try again' }).first().click();
      expect((await sent).headers()['x-purpose']).toBe('Case%204711%2C%20M%C3%BCller');
      await page.getByText('500 records, the oldest first').waitFor();
      await page.reload();
      expect(await page.getByRole('textbox', { name: 'Purpose' }).inputValue()).toBe('Case 4711, Müller');
      visit.forgive(/status of 400/);
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
