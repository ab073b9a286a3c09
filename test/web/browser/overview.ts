/** The view "Overview": the days of the calendar are those of the archive, and the certificate says what it says. */
import { describe, expect, it } from 'vitest';
import { DAY, seriousFindings, tabTo, WITH_GAP, type World } from './world.ts';

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

    it('names the state of a day with a gap, and says that Microsoft has forgotten it', async () => {
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
        .getByRole('link', { name: new RegExp(`^2026-11-19: ${state}, lost for good,`) })
        .waitFor();
      const row = page.getByRole('row').filter({ has: page.getByRole('list', { name: `Days of ${LOG}` }) });
      await row.getByText(/ lost for good, in 1 gap$/).waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('counts down how long the oldest gap can still be had', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/\/api\/status$/, async (route) => {
        const status = (await (await route.fetch()).json()) as { now: string; logTypes: Record<string, unknown>[] };
        const recoverableUntil = new Date(Date.parse(status.now) + 90_000).toISOString();
        const [first = {}] = status.logTypes;
        first.oldestGap = { from: DAY.from, to: DAY.to, cause: 'Graph did not answer', recoverableUntil };
        await route.fulfill({ json: status });
      });
      await page.goto(`${world().host.url}/`);
      const words = page.getByText(/^open since 2026-11-17 00:00 UTC, lost in 1 min \d+ s$/);
      const shown = await words.textContent();
      await expect.poll(() => words.textContent(), { timeout: 12_000 }).not.toBe(shown);
      expect(visit.misdeeds).toEqual([]);
    });

    it('is looked at again when the page comes back into sight, and says when that fails', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      const comeBack = () => page.evaluate("dispatchEvent(new Event('focus'))");
      await page.getByRole('list', { name: `Days of ${LOG}` }).waitFor();
      const read = (await (await fetch(`${world().host.url}/api/status`)).json()) as {
        now: string;
        logTypes: object[];
      };
      const { now, logTypes } = read;
      const later = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
      const gaps = [1, 2].map((day) => ({
        ...{ from: `2026-11-1${day}T00:00:00Z`, to: `2026-11-1${day}T01:00:00Z`, state: 'gap', cause: 'a cause' },
        ...{ recoverable: 'yes', recoverableUntil: later(90 + day) },
      }));
      await page.route(/\/api\/coverage\/directoryAudits/, async (route) => {
        const answer = (await (await route.fetch()).json()) as object;
        await route.fulfill({ json: { ...answer, gaps } });
      });
      await page.route(/\/api\/status$/, (route) =>
        route.fulfill({
          json: { ...read, logTypes: logTypes.map((each) => ({ ...each, lagSeconds: 4711, entries: 9999 })) },
        }),
      );
      const row = page.getByRole('row').filter({ has: page.getByRole('list', { name: 'Days of directoryAudits' }) });
      const lag = async () => {
        // A look that was a moment ago is not repeated.
        await comeBack();
        return row.getByText('1 h 18 min', { exact: true }).count();
      };
      await expect.poll(lag, { timeout: 12_000 }).toBe(1);
      await row.getByText(/^open since 2026-11-11 00:00 UTC, lost in 1 h 30 min$/).waitFor();
      await row.getByText(/^open since 2026-11-12 00:00 UTC, lost in 1 h 31 min$/).waitFor();
      await page.unroute(/\/api\/status$/);
      await page.route(/\/api\/status$/, (route) => route.fulfill({ status: 500, body: '' }));
      const alerts = async () => {
        await comeBack();
        return page.getByRole('alert').allTextContents();
      };
      await expect
        .poll(alerts, { timeout: 12_000 })
        .toEqual([expect.stringContaining('it could not be asked anew. The archive answered 500.')]);
      await row.getByText('1 h 18 min', { exact: true }).waitFor();
      visit.forgive(/status of 500/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('marks the days under a legal hold, and says how old checkpoint and audit are', async () => {
      const holds = `${world().host.url}/api/holds`;
      const placed = await fetch(holds, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ case: 'a case', logTypes: 'provisioning', ...DAY }),
      });
      const { id } = (await placed.json()) as { id: string };
      const visit = await world().visit('/');
      const { page } = visit;
      const days = page.getByRole('list', { name: 'Days of provisioning' }).getByRole('link');
      await days.and(page.getByRole('link', { name: /^2026-11-17: .*, under a legal hold$/ })).waitFor();
      expect(await days.and(page.getByRole('link', { name: /under a legal hold/ })).count()).toBe(1);
      const row = page.getByRole('row').filter({ has: days });
      await row.getByText(/^signed (.+ ago|just now)$/).waitFor();
      await row.getByText(/^(audited .+: all well|not audited yet)$/).waitFor();
      await fetch(`${holds}/${id}`, { method: 'DELETE' });
      expect(visit.misdeeds).toEqual([]);
    });

    it('goes through the months, by keyboard and by URL, and says that none means the days shown', async () => {
      const visit = await world().visit('/?month=2026-10');
      const { page } = visit;
      const days = page.getByRole('list', { name: `Days of ${LOG}` }).getByRole('link');
      await days.and(page.getByRole('link', { name: /^2026-10-31: before the archive began, / })).waitFor();
      expect(await days.count()).toBe(31);
      const row = page.getByRole('row').filter({ has: days });
      await row.getByText('none in these days').waitFor();
      await row.getByText(/^on other days .+ lost for good, in 1 gap: 2026-11$/).waitFor();
      await row.getByRole('link', { name: '2026-11', exact: true }).click();
      await row.getByText(/^[^ ]+ .*lost for good, in 1 gap$/).waitFor();
      expect(new URL(page.url()).search).toBe('?month=2026-11');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('combobox', { name: 'Days shown' }).selectOption('The last 31 days');
      await expect.poll(() => new URL(page.url()).search).toBe('');
      await page.goBack();
      await tabTo(page, 'link', 'Later days');
      await page.keyboard.press('Enter');
      await expect.poll(() => new URL(page.url()).search).toBe('');
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
      const printed = await page.getByRole('region', { name: 'Keys' }).textContent();
      expect(printed?.replaceAll(' ', '')).toContain(sha256);
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
      expect(visit.misdeeds).toEqual([]);
    });

    it('certifies of each log type its records, its checkpoint with its time, and every gap with cause and fate', async () => {
      const visit = await world().visit(`/?${new URLSearchParams({ ...WITH_GAP, show: 'certificate' })}`);
      const { page } = visit;
      const get = async (path: string) => (await fetch(`${world().host.url}/api/${path}`)).json();
      const { tenantId } = (await get('status')) as { tenantId: string };
      await page.getByText(`Tenant ${tenantId}, archive ${world().host.url}`).waitFor();
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: LOG, exact: true }) });
      const query = new URLSearchParams(WITH_GAP);
      const { records } = (await get(`logs/${LOG}?${query}&count=only`)) as { records: number };
      await row.getByRole('cell', { name: records.toLocaleString('en'), exact: true }).waitFor();
      const { gaps } = (await get(`coverage/${LOG}?${query}`)) as {
        gaps: { from: string; to: string; cause: string }[];
      };
      const [size = '', root = ''] = (
        await (await fetch(`${world().host.url}/api/integrity/checkpoints/${LOG}`)).text()
      )
        .split('\n')
        .slice(1);
      expect(await row.textContent()).toMatch(
        new RegExp(`${size} entries, root ${root.replaceAll('+', '\\+')}, the newest made at 2026-11-2`),
      );
      const told = await page.locator('tbody').filter({ has: row }).locator('.gaps > li').allTextContents();
      expect(told).toHaveLength(gaps.length);
      const plain = (iso: string) => iso.replace('T', ' ').replace('Z', ' UTC');
      for (const [n, { from, to, cause }] of gaps.entries()) {
        for (const part of [plain(from), plain(to), cause, 'Microsoft is forgetting it now'])
          expect(told[n]).toContain(part);
      }
      expect(gaps.length).toBeGreaterThan(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('certifies by itself what was read: from where the archive begins, and no more than is due', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      await tabTo(page, 'link', 'Completeness certificate …');
      await page.keyboard.press('Enter');
      await page.getByRole('table').waitFor();
      const status = (await (await fetch(`${world().host.url}/api/status`)).json()) as {
        logTypes: { logType: string; from: string; watermark: string }[];
      };
      const pulled = status.logTypes.filter(({ logType }) => logType !== 'archiveAccess');
      const shown = await page.locator('.certificate > header time').evaluateAll(timesOf);
      expect(shown).toEqual([
        pulled
          .map(({ from }) => from)
          .sort()
          .at(-1),
        status.logTypes.map(({ watermark }) => watermark).sort()[0],
      ]);
      const rows = page.getByRole('row').filter({ hasNot: page.getByRole('rowheader', { name: 'archiveAccess' }) });
      expect(await rows.locator('.state').allTextContents()).not.toContain('⊘unavailable');
      await tabTo(page, 'button', 'Print');
      expect(visit.misdeeds).toEqual([]);
    });

    it('prints a certificate that a sheet of A4 holds', async () => {
      const visit = await world().visit(`/?${new URLSearchParams({ ...WITH_GAP, show: 'certificate' })}`, {
        viewport: { width: 794, height: 1123 },
      });
      const { page } = visit;
      await page.emulateMedia({ media: 'print' });
      await page.locator('.gaps').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(794);
      const widths = await page.locator('.certificate-scroll, .certificate table').evaluateAll(rightsOf);
      expect(widths.filter((right) => right > 794)).toEqual([]);
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

/** Runs in the page. */
function timesOf(elements: readonly unknown[]): string[] {
  return (elements as { dateTime: string }[]).map(({ dateTime }) => dateTime);
}

/** Runs in the page. Pixels from the left edge. */
function rightsOf(elements: readonly unknown[]): number[] {
  return (elements as { getBoundingClientRect(): { right: number } }[]).map(
    (each) => each.getBoundingClientRect().right,
  );
}
