/** The view "Search", as somebody with a mouse, without one, and with bad luck finds it. */
import { describe, expect, it } from 'vitest';
import { DAY, inHours, seriousFindings, tabTo, UNREAD, type Visit, WITH_GAP, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';

const searchOf = (log: string, { from, to }: { from: string; to: string }, filter = '') =>
  `/search?${new URLSearchParams({ log, from, to, ...(filter && { filter }) })}`;

const rowsOf = ({ page }: Visit) => page.getByRole('row').filter({ hasNot: page.getByRole('columnheader') });

/** Runs in the page. */
function areFocused(elements: readonly unknown[]): boolean[] {
  const { activeElement } = (globalThis as unknown as { document: { activeElement: unknown } }).document;
  return elements.map((each) => each === activeElement);
}

/** Cells of the first rows, by the titles of their columns. */
async function firstCells({ page }: Visit, column: string, count: number): Promise<string[]> {
  const titles = await page.getByRole('columnheader').allTextContents();
  const cells = await page.getByRole('gridcell').allTextContents();
  const at = titles.indexOf(column);
  return cells.filter((_, n) => n % titles.length === at).slice(0, count);
}

export function testSearch(world: () => World): void {
  const recordsOf = async (query: string) => {
    const answer = await fetch(`${world().host.url}/api/logs/${query}`);
    const text = await answer.text();
    return text.split('\n').slice(0, -1);
  };

  describe('Search', () => {
    it('streams the records of a range into a table, says what they are worth, and asks no other host', async () => {
      const visit = await world().visit(searchOf(LOG, DAY));
      const { page } = visit;
      await page.getByText('500 records, the oldest first').waitFor();
      const lines = await recordsOf(`${LOG}?from=${DAY.from}&to=${DAY.to}`);
      const times = lines.map((line) => JSON.parse(line).createdDateTime.slice(0, 19).replace('T', ' '));
      expect(await firstCells(visit, 'Time (UTC)', 10)).toEqual(times.slice(0, 10));
      const berlin = new Date(Date.parse(`${times[0]}Z`) + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
      expect(await page.getByRole('gridcell').first().getAttribute('title')).toBe(`${berlin} +01:00 local`);
      await page.getByText('Coverage of this range').waitFor();
      expect(await page.locator('.coverage-line').textContent()).toMatch(/settled|provisional|closed/);
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByText(`${lines.length.toLocaleString('en')} records: all there are.`).waitFor();
      await page.keyboard.press('End');
      await expect
        .poll(async () => (await page.getByRole('gridcell').allTextContents()).join())
        .toContain(times.at(-1));
      expect(await rowsOf(visit).count()).toBeLessThan(100);
      expect(visit.misdeeds).toEqual([]);
    });

    it('filters by a value that is clicked, and the URL holds it', async () => {
      const visit = await world().visit(searchOf(LOG, DAY));
      const { page } = visit;
      await page.getByRole('gridcell').nth(1).hover();
      const user = await page.getByRole('gridcell').nth(1).textContent();
      await page.getByRole('button', { name: 'Only records with this value' }).click();
      const filter = `userPrincipalName eq '${user?.replace(/[+−]+$/, '')}'`;
      await page.getByRole('list', { name: 'Parts of the filter' }).getByText(filter).waitFor();
      expect(new URL(page.url()).searchParams.get('filter')).toBe(filter);
      const lines = await recordsOf(`${LOG}?${new URLSearchParams({ ...DAY, filter })}`);
      await page.getByText(`${lines.length} record`).waitFor();
      expect(new Set(await firstCells(visit, 'User', 20))).toEqual(new Set([filter.slice(22, -1)]));
      await page.goBack();
      await page.getByText('500 records').waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('shows a record as stored, with its versions and what changed between them', async () => {
      const lines = await recordsOf(`${LOG}?from=${DAY.from}&to=${DAY.to}&versions=all`);
      const byId = Map.groupBy(lines, (line) => JSON.parse(line).id as string);
      const [id = '', versions = []] = [...byId].find(([, found]) => found.length > 1) ?? [];
      const at = JSON.parse(versions[0] ?? '{}').createdDateTime;
      const visit = await world().visit(`${searchOf(LOG, DAY)}&${new URLSearchParams({ id, at })}`);
      const { page } = visit;
      const json = page.getByRole('list', { name: 'The record as stored' });
      await json.waitFor();
      const shown = (await json.locator('code').allTextContents()).join('');
      const spaced = (text: string) => text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
      expect(spaced(shown)).toBe(spaced(versions.at(-1) ?? ''));
      await page.getByRole('tab', { name: `Versions (${versions.length})` }).click();
      await page.getByText('From version 1 to version 2').waitFor();
      expect(await page.locator('.diff-added').count()).toBeGreaterThan(0);
      expect(await page.locator('.diff-removed').count()).toBeGreaterThan(0);
      await page.getByRole('tab', { name: 'Follow' }).click();
      await page.getByText('Everything of this user').waitFor();
      await page.getByRole('link', { name: 'directoryAudits' }).first().click();
      await expect.poll(() => new URL(page.url()).searchParams.get('log')).toBe('directoryAudits');
      expect(visit.misdeeds).toEqual([]);
    });

    it('is there whatever the browser calls its language', async () => {
      const visit = await world().visit('/check', { locale: undefined });
      const { page } = visit;
      await page.addInitScript("Object.defineProperty(navigator, 'language', { value: 'en-US@posix' })");
      await page.goto(world().host.url + searchOf(LOG, DAY));
      await page.getByText('500 records').waitFor();
      await page.locator('.chart canvas').waitFor();
      expect(await page.evaluate('navigator.language')).toBe('en-US@posix');
      expect(visit.misdeeds).toEqual([]);
    });

    it('can be used without a mouse', async () => {
      const visit = await world().visit('/');
      const { page } = visit;
      await page.getByRole('heading', { level: 1 }).waitFor();
      await tabTo(page, 'link', 'Skip to the content');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
      await page.goto(`${world().host.url}/`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await tabTo(page, 'link', 'Search');
      await page.keyboard.press('Enter');
      await tabTo(page, 'combobox', 'Log type');
      await page.keyboard.type('directory');
      await tabTo(page, 'textbox', 'From (UTC)');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('2026-11-17\n');
      await tabTo(page, 'textbox', 'To (UTC)');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('2026-11-18\n');
      await tabTo(page, 'textbox', 'Filter (OData)');
      await page.keyboard.type("result eq 'success'\n");
      await page.getByText('all there are').waitFor();
      await tabTo(page, 'grid', 'Records');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /^Record / }).waitFor();
      const focused = await page.evaluate('document.activeElement.id');
      expect(focused).toBe('details-title');
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: /^Record / }).waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.role')).toBe('grid');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('+');
      await expect
        .poll(() => new URL(page.url()).searchParams.get('filter'))
        .toMatch(/^result eq 'success' and activityDisplayName eq '/);
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ log: 'directoryAudits', ...DAY });
      expect(visit.misdeeds).toEqual([]);
    });

    it('gives columns, details, versions and all that a record leads to without a mouse', async () => {
      const visit = await world().visit(searchOf(LOG, DAY));
      const { page } = visit;
      await page.getByText('500 records').waitFor();
      await tabTo(page, 'button', 'Columns');
      await page.keyboard.press('Enter');
      await tabTo(page, 'checkbox', /^Browser/);
      await page.keyboard.press('Space');
      await expect.poll(() => page.getByRole('columnheader').allTextContents()).toContain('Browser');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('button', { name: 'Columns' }).evaluateAll(areFocused)).toEqual([true]);
      await tabTo(page, 'grid', 'Records');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'The record as stored' }).waitFor();
      await tabTo(page, 'tab', 'As stored');
      await page.keyboard.press('ArrowRight');
      await page.getByText(/^Version 1 /).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByText('Everything of this user').waitFor();
      const user = await page.locator('.follow dt').filter({ hasText: 'of this user' }).locator('code').textContent();
      await tabTo(page, 'link', 'Sign-in pattern');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Sign-in pattern of a user' }).waitFor();
      const params = Object.fromEntries(new URL(page.url()).searchParams);
      expect(params).toMatchObject({ log: LOG, ...DAY, question: 'pattern', user });
      await page.getByRole('grid').or(page.getByRole('table')).first().waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('leads from a record to the records of the same user, in the same range', async () => {
      const [line = '{}'] = await recordsOf(`${LOG}?from=${DAY.from}&to=${DAY.to}`);
      const { id, createdDateTime: at, userId } = JSON.parse(line) as Record<string, string>;
      const visit = await world().visit(
        `${searchOf(LOG, DAY)}&${new URLSearchParams({ id: id ?? '', at: at ?? '', show: 'follow' })}`,
      );
      const { page } = visit;
      const ofUser = page.locator('.follow > div').filter({ hasText: 'Everything of this user' });
      await ofUser.getByRole('link', { name: 'interactiveSignIns', exact: true }).click();
      const filter = `userId eq '${userId}'`;
      const query = new URLSearchParams({ ...DAY, filter });
      const found = await recordsOf(`interactiveSignIns?${query}`);
      await expect
        .poll(() => Object.fromEntries(new URL(page.url()).searchParams))
        .toEqual({ log: 'interactiveSignIns', ...DAY, filter });
      await page.getByText(found.length > 0 ? /records?: all there are/ : 'No record of this range matches').waitFor();
      const users = found.map((each) => (JSON.parse(each) as { userPrincipalName: string }).userPrincipalName);
      expect(await firstCells(visit, 'User', 20)).toEqual(users.slice(0, 20));
      expect(visit.misdeeds).toEqual([]);
    });

    it('has the numbers of its picture as a table', async () => {
      const visit = await world().visit(searchOf(LOG, DAY, 'status/errorCode ne 0'));
      const { page } = visit;
      await page.getByText('all there are').waitFor();
      await page.getByRole('button', { name: 'As numbers' }).click();
      const cells = await page.locator('.timeline-numbers tbody td:last-child').allTextContents();
      const found = await recordsOf(`${LOG}?${new URLSearchParams({ ...DAY, filter: 'status/errorCode ne 0' })}`);
      const hours = found.map((line) => (JSON.parse(line) as { createdDateTime: string }).createdDateTime.slice(0, 13));
      const counts = [...new Set(hours)].map((hour) => String(hours.filter((each) => each === hour).length));
      expect(cells.filter((text) => text !== '0')).toEqual(counts);
      expect(await seriousFindings(page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });

    it('zooms to what is dragged over in the picture, and is copied as a command', async () => {
      const visit = await world().visit(searchOf(LOG, DAY), { permissions: ['clipboard-read', 'clipboard-write'] });
      const { page } = visit;
      await page.getByText('500 records').waitFor();
      const { x, y, width, height } = (await page.locator('.u-over').boundingBox()) ?? {
        x: 0,
        y: 0,
        width: 0,
        height: 0,
      };
      await page.mouse.move(x + width / 4, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
      await page.mouse.up();
      const at = (name: string) => Date.parse(new URL(page.url()).searchParams.get(name) ?? '') - Date.parse(DAY.from);
      await expect.poll(() => Math.round(at('from') / 3_600_000)).toBe(6);
      expect(Math.round(at('to') / 3_600_000)).toBe(12);
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      await page.getByText('Copied').waitFor();
      const command = String(await page.evaluate('navigator.clipboard.readText()'));
      expect(command).toContain(`curl -sS --compressed -G '${world().host.url}/api/logs/${LOG}'`);
      expect(command).toContain(`'from=${new URL(page.url()).searchParams.get('from')}'`);
      expect(visit.misdeeds).toEqual([]);
    });

    it('picks a range by name from the time that the archive has by then, without a mouse', async () => {
      const visit = await world().visit(searchOf(LOG, DAY));
      const { page } = visit;
      await page.getByText('500 records').waitFor();
      const { now } = (await (await fetch(`${world().host.url}/api/status`)).json()) as { now: string };
      const told = new Date(Date.parse(now) - 5 * 3_600_000).toISOString();
      await page.route(/\/api\/status$/, async (route) => {
        const status = (await (await route.fetch()).json()) as object;
        await route.fulfill({ json: { ...status, now: told } });
      });
      const ranges = async () => {
        const { from = '', to = '' } = Object.fromEntries(new URL(page.url()).searchParams);
        return [Date.parse(from), Date.parse(to)].map((at) => Math.round((at - Date.parse(told)) / 10_000));
      };
      await page.locator('.chart canvas').waitFor();
      const pick = async (name: string) => {
        await tabTo(page, 'button', 'Quick ranges');
        await page.keyboard.press('Enter');
        await tabTo(page, 'button', name);
        await page.keyboard.press('Enter');
      };
      // A look of a moment ago is young enough; the next is not.
      const picked = async () => {
        await pick('Last hour');
        return ranges();
      };
      await expect.poll(picked, { timeout: 12_000 }).toEqual([-360, 0]);
      await pick('Last 7 days');
      await expect.poll(ranges).toEqual([-60_480, 0]);
      await pick('Yesterday');
      const day = Math.floor(Date.parse(told) / 86_400_000) * 86_400_000;
      const iso = (at: number) => new Date(at).toISOString().replace('.000', '');
      await expect
        .poll(() => Object.fromEntries(new URL(page.url()).searchParams))
        .toMatchObject({ log: LOG, from: iso(day - 86_400_000), to: iso(day) });
      expect(visit.misdeeds).toEqual([]);
    });

    it('remembers the columns that were picked', async () => {
      const visit = await world().visit(searchOf(LOG, DAY));
      const { page } = visit;
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: /^Browser/ }).check();
      await page.getByRole('checkbox', { name: /^Application/ }).uncheck();
      const titles = () => page.getByRole('columnheader').allTextContents();
      await expect.poll(titles).toContain('Browser');
      const picked = await titles();
      await page.goto(`${world().host.url}${searchOf(LOG, DAY)}`);
      await page.getByText('500 records').waitFor();
      await expect.poll(titles).toEqual(picked);
      expect(picked).not.toContain('Application');
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('has no serious finding of axe in the %s theme', async (colorScheme) => {
      const visit = await world().visit(searchOf(LOG, WITH_GAP), { colorScheme });
      const { page } = visit;
      await page.getByRole('gridcell').first().click();
      await page.getByRole('list', { name: 'The record as stored' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.goto(`${world().host.url}${searchOf(LOG, DAY, 'a eqq 1')}`);
      await page.getByText('expected an operator').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  describe('Search, when something is wrong,', () => {
    it('marks the place of a filter that does not parse', async () => {
      const visit = await world().visit(searchOf(LOG, DAY, "status/errorCode nee 0 and appId eq 'x'"));
      const { page } = visit;
      await page.getByText("'filter' is wrong at character 18").waitFor();
      expect(await page.locator('mark').textContent()).toBe("nee 0 and appId eq 'x'");
      expect(await page.getByRole('textbox', { name: 'Filter (OData)' }).getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByRole('status').allTextContents()).not.toContain('Searching …');
      visit.forgive(/status of 400/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says what nothing found is worth: of a filter less than of a range, and of what is not read nothing', async () => {
      const filter = "userPrincipalName eq 'nobody@contoso.example'";
      const visit = await world().visit(searchOf(LOG, DAY, filter));
      const { page } = visit;
      await page.getByText('No record of this range matches the filter').waitFor();
      await page.getByText('of the records that it holds none is as the filter wants it').waitFor();
      expect(await page.getByText('the silence is evidence').count()).toBe(0);
      const silent = { from: '2026-11-17T03:00:00Z', to: '2026-11-17T03:00:01Z' };
      await page.goto(`${world().host.url}${searchOf('provisioning', silent)}`);
      await page.getByText('There is no record in this range').waitFor();
      await page.getByText('the silence is evidence too').waitFor();
      const early = { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' };
      await page.goto(`${world().host.url}${searchOf(LOG, early)}`);
      await page.getByText('There is no record in this range').waitFor();
      await page.getByText('does not prove that nothing happened').waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('warns of a field that no record has, and takes nothing found for no evidence then', async () => {
      const visit = await world().visit(searchOf(LOG, DAY, "userPrincipleName eq 'nobody@contoso.example'"));
      const { page } = visit;
      await page.getByText('No record of this range matches the filter').waitFor();
      const warning = 'No record of this log type is known to have userPrincipleName';
      await page.getByRole('search').getByRole('alert').getByText(warning).waitFor();
      await page.locator('.empty').getByText(warning).waitFor();
      expect(await page.getByText(/silence|none is as the filter/).count()).toBe(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('names a gap inside the range, its cause, and whether it can still be had', async () => {
      const visit = await world().visit(searchOf(LOG, WITH_GAP));
      const gaps = visit.page.locator('.gaps');
      await gaps.getByText('Microsoft is forgetting it now').first().waitFor();
      expect(await visit.page.locator('.coverage-line .state').first().textContent()).toContain('gap');
      expect(await visit.page.locator('.strip-gap').count()).toBeGreaterThan(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says that gaps could not be asked for, and names them once they can', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/\/api\/coverage\//, (route) => route.fulfill({ status: 503, body: '' }));
      await page.goto(`${world().host.url}${searchOf(LOG, WITH_GAP)}`);
      const alert = page.locator('.coverage-line').getByRole('alert');
      await alert.getByText('Which gaps are in the range could not be asked: The archive answered 503.').waitFor();
      await page.getByText('what is stored could not be asked for').waitFor();
      await page.unroute(/\/api\/coverage\//);
      await alert.getByRole('button', { name: 'Ask again' }).click();
      await alert.getByText('Microsoft is forgetting it now').first().waitFor();
      expect(await page.getByText('could not be asked').count()).toBe(0);
      visit.forgive(/status of 503/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says that gaps are being asked for, for as long as there is no answer', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/\/api\/coverage\//, () => {});
      await page.goto(`${world().host.url}${searchOf(LOG, WITH_GAP)}`);
      const line = page.locator('.coverage-line');
      await line.getByText('Asking which gaps are in it … The archive has not answered yet.').waitFor();
      await line.getByRole('button', { name: 'Stop' }).click();
      await line.getByText('Which gaps are in the range could not be asked: You stopped it.').waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('refuses a range in the future in words', async () => {
      const visit = await world().visit(searchOf(LOG, { from: '2099-01-01T00:00:00Z', to: '2099-01-02T00:00:00Z' }));
      await visit.page.getByRole('alert').getByText('is in the future').first().waitFor();
      visit.forgive(/status of 400/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('keeps what arrived when a segment fails, and goes on when it is back', async () => {
      const visit = await world().visit(searchOf(LOG, UNREAD[1]));
      const { page } = visit;
      await page.getByText('500 records, the oldest first').waitFor();
      const isLast = inHours(/hour=0[3-5]/);
      world().stack.blobProxy.failBefore(isLast, 'always', 403, 'AuthorizationFailure');
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByRole('alert').getByText('The archive failed').waitFor();
      await page.getByText(/^500 records arrived before this happened/).waitFor();
      await page.getByText('Give this id to the operator').waitFor();
      world().stack.blobProxy.reset();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('all there are').waitFor();
      visit.forgive(/status of 500/);
      expect(visit.misdeeds).toEqual([]);
    });

    it("says of a 500 that is not the archive's own that it has no id, and of a view that is gone why that may be", async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/\/api\/logs\//, (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }));
      await page.goto(`${world().host.url}${searchOf(LOG, DAY)}`);
      await page.getByRole('alert').getByText('The answer has no id').waitFor();
      expect(await page.getByText('the id below').count()).toBe(0);
      await page.route(/\/assets\/TakeAlong-/, (route) => route.fulfill({ status: 404, body: '' }));
      await page.getByRole('link', { name: 'Take along' }).first().click();
      await page.getByRole('alert').getByText('A newer version of the page may have been published').waitFor();
      await page.unroute(/\/assets\/TakeAlong-/);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { level: 1, name: 'Take along' }).waitFor();
      visit.forgive(/status of (502|404)/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says at an address of no view that there is none', async () => {
      const visit = await world().visit('/nonsense');
      await visit.page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
      expect(await seriousFindings(visit.page)).toEqual([]);
      visit.forgive(/status of 404/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says what a slow archive is doing, and can be stopped', async () => {
      const visit = await world().visit('/take');
      const { page } = visit;
      await page.getByRole('heading', { level: 1 }).waitFor();
      world().stack.blobProxy.delay(inHours(/log=/), 8000);
      await page.goto(`${world().host.url}${searchOf(LOG, DAY, "contains(userAgent,'slow')")}`);
      await page.getByText('a rare value in a long range takes time').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('alert').getByRole('heading', { name: 'Stopped' }).waitFor();
      world().stack.blobProxy.reset();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('No record of this range matches the filter').waitFor();
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
