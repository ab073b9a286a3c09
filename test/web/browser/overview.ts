/** The view "Overview": the days of the calendar are those of the archive, and the certificate says what it says. */
import { describe, expect, it } from 'vitest';
import { DAY, seriousFindings, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';
const CERTIFICATE = `/?${new URLSearchParams({ ...DAY, show: 'certificate' })}`;

export function testOverview(world: () => World): void {
  describe('Overview', () => {
    it('leads from a day to Search of that day', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      const day = page.getByRole('list', { name: `Days of ${LOG}` }).getByRole('link', { name: /^2026-11-17: / });
      await day.click();
      await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
      const { searchParams, pathname } = new URL(page.url());
      expect(pathname).toBe('/search');
      expect(Object.fromEntries(searchParams)).toMatchObject({ log: LOG, ...DAY });
      expect(visit.misdeeds).toEqual([]);
    });

    it('names the state of a day with a gap, and counts down', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      await page
        .getByRole('list', { name: 'Days of riskDetections' })
        .getByRole('link', { name: /^2026-11-17: / })
        .waitFor();
      const answer = await fetch(
        `${world().host.url}/api/coverage/${LOG}?from=2026-11-19T00:00:00Z&to=2026-11-20T00:00:00Z`,
      );
      const { state } = (await answer.json()) as { state: string };
      await page
        .getByRole('list', { name: `Days of ${LOG}` })
        .getByRole('link', { name: new RegExp(`^2026-11-19: ${state},`) })
        .waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('moves through the days by arrow keys', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      const links = page.getByRole('list', { name: `Days of ${LOG}` }).getByRole('link');
      await links.last().focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
      const { now } = (await (await fetch(`${world().host.url}/api/status`)).json()) as { now: string };
      const from = new URL(page.url()).searchParams.get('from') ?? '';
      expect(from.slice(0, 10)).toBe(new Date(Date.parse(now) - 2 * 86_400_000).toISOString().slice(0, 10));
      expect(visit.misdeeds).toEqual([]);
    });

    it('certifies a range: the sentence, the list of what no API offers, checkpoint and fingerprint', async () => {
      const visit = await world().visit(CERTIFICATE);
      const { page } = visit;
      await page.getByText('everything Microsoft Graph showed to our reads').waitFor();
      await page.getByRole('listitem').filter({ hasText: 'AD FS sign-ins' }).waitFor();
      const keys = await (await fetch(`${world().host.url}/api/integrity/keys`)).json();
      const { sha256 } = (keys as { ledgers: { keys: { sha256: string }[] }[] }).ledgers[0]?.keys[0] ?? {};
      const row = page.getByRole('row').filter({ hasText: LOG });
      expect(await row.first().textContent()).toContain(sha256);
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(
      ['light', 'dark'].flatMap((theme) =>
        ['/', CERTIFICATE].map((path) => [theme as 'light' | 'dark', path] as const),
      ),
    )('has no serious finding of axe in the %s theme at %s', async (colorScheme, path) => {
      const visit = await world().visit(path, { colorScheme });
      const ready = path === '/' ? `Days of ${LOG}` : '';
      await (ready ? visit.page.getByRole('list', { name: ready }) : visit.page.getByText('AD FS sign-ins')).waitFor();
      expect(await seriousFindings(visit.page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
