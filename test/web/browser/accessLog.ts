/** What the page asks is noted: the last of all tests, for it lets time pass, and with it goes the world's host. */
import { describe, expect, it } from 'vitest';
import { fire, pause, runningTimers } from '../../support/stack.ts';
import { DAY, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';
const FILTER = "appDisplayName eq 'only asked here'";
const HOUR_MS = 3_600_000;

interface Noted {
  readonly method: string;
  readonly path: string;
  readonly filter: string | null;
  readonly purpose: string | null;
  readonly status: number;
}

export function testAccessLog(world: () => World): void {
  describe('The access log', () => {
    it('has every query of the page, with its filter and purpose', async () => {
      const { stack, visit } = world();
      const { page, misdeeds } = await visit('/');
      await page.getByRole('textbox', { name: 'Purpose' }).fill('Case 4712');
      const asked: string[] = [];
      page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}`);
      });
      const query = new URLSearchParams({ log: LOG, ...DAY, filter: FILTER });
      await page.goto(`${world().host.url}/search?${query}`);
      await page.getByText('No record of this range matches the filter').waitFor();
      await page.locator('.strip li').first().waitFor();
      await page.getByRole('link', { name: 'Take along' }).last().click();
      await page.getByText(/^0 records$/).waitFor();
      await page.locator('.coverage-line .waiting').waitFor({ state: 'detached' });
      await page.context().close();
      await stack.pass(HOUR_MS);
      const host = await stack.startHost();
      await fire(host, 'pull-access');
      while ((await runningTimers(host)).length > 0) await pause(50);
      const range = { from: new Date(stack.now - 2 * HOUR_MS).toISOString(), to: new Date(stack.now).toISOString() };
      const answer = await fetch(`${host.url}/api/logs/archiveAccess?${new URLSearchParams(range)}`);
      const noted = (await answer.text())
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Noted);
      const ours = noted.filter(({ purpose }) => purpose === 'Case 4712');
      const counted = ours.map(({ method, path }) => `${method} ${path}`).sort();
      expect(counted).toEqual(asked.toSorted());
      expect(ours.filter(({ path }) => path === `/api/logs/${LOG}`).map(({ filter }) => filter)).toEqual([
        FILTER,
        FILTER,
      ]);
      expect(new Set(ours.map(({ status }) => status))).toEqual(new Set([200]));
      expect(misdeeds).toEqual([]);
    });
  });
}
