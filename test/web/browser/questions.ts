/** The view "Questions": its numbers are the tenant's, counted here once more, and lead to the records behind them. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../support/stack.ts';
import { DAY, inHours, seriousFindings, tabTo, UNREAD, type Visit, WITH_GAP, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';
const COUNTED = 'of the range are counted';

const questionOf = (question: string, more: Readonly<Record<string, string>> = {}) =>
  `/questions?${new URLSearchParams({ question, log: LOG, ...DAY, ...more })}`;

interface SignIn {
  readonly id: string;
  readonly createdDateTime: string;
  readonly activityDateTime: string;
  readonly userPrincipalName: string;
  readonly userId: string;
  readonly appDisplayName: string;
  readonly activityDisplayName: string;
  readonly status: { readonly errorCode: number };
  readonly provisioningAction: string;
  readonly provisioningStatusInfo: { readonly status: string };
  readonly targetSystem: { readonly displayName: string };
}

/** The rows of the table, cell by cell. */
async function rowsOf({ page }: Visit): Promise<string[][]> {
  const texts = await page.locator('.answer-table tbody tr').allInnerTexts();
  return texts.map((text) => text.split('\t').map((cell) => cell.trim()));
}

const sorted = (rows: readonly (readonly (string | number)[])[]) => rows.map((cells) => cells.join(' | ')).toSorted();

/** How many of each kind, in columns of their own. */
function tallied(rows: readonly (readonly [key: string, column: number])[], columns: number): [string, ...number[]][] {
  return [...Map.groupBy(rows, ([key]) => key)].map(([key, all]) => {
    const parts = Array.from({ length: columns }, (_, n) => all.filter(([, column]) => column === n).length);
    return [key, ...parts, all.length];
  });
}

const problem = (status: number, more: object = {}) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', status, detail: `an answer of ${status}`, ...more }),
});

export function testQuestions(world: () => World): void {
  /** Each record of the day once, as the simulator showed it to whoever asked. */
  const truth = async (log: string): Promise<SignIn[]> => {
    const url = `${world().stack.simulator.url}/_simulator/truth/${log}?from=${DAY.from}&to=${DAY.to}`;
    const records = new Map<string, SignIn>();
    for await (const line of readLines(url)) {
      const record = JSON.parse(line.toString()) as SignIn;
      records.set(record.id, record);
    }
    return [...records.values()];
  };
  const busiest = (signIns: readonly SignIn[]) => {
    const byUser = [...Map.groupBy(signIns, (signIn) => signIn.userPrincipalName)];
    return byUser.toSorted((a, b) => b[1].length - a[1].length)[0] as [string, SignIn[]];
  };
  const counted = async (visit: Visit) => {
    await visit.page.getByText(COUNTED).waitFor();
    return visit;
  };

  describe('Questions', () => {
    it('counts the sign-ins of each quarter of an hour, and leads to the records of each', async () => {
      const signIns = await truth(LOG);
      const visit = await counted(await world().visit(questionOf('sign-ins')));
      const { page } = visit;
      const quarter = (iso: string) => new Date(Math.floor(Date.parse(iso) / 900_000) * 900_000).toISOString();
      const expected = tallied(
        signIns.map(({ createdDateTime, status }) => [quarter(createdDateTime), status.errorCode === 0 ? 0 : 1]),
        2,
      ).map(([at, ...counts]) => [at.slice(0, 16).replace('T', ' '), ...counts]);
      const rows = (await rowsOf(visit)).filter((cells) => cells.at(-1) !== '0');
      expect(sorted(rows.map(([from = '', , ...counts]) => [from, ...counts]))).toEqual(sorted(expected));
      expect(await page.locator('.column').count()).toBe(96);
      await page
        .getByRole('link', { name: /failure, / })
        .first()
        .click();
      await page.getByText('all there are').waitFor();
      const { searchParams } = new URL(page.url());
      const [at, , failures] = expected.find(([, , failed]) => failed) ?? [];
      expect(searchParams.get('from')).toBe(`${at?.toString().replace(' ', 'T')}:00Z`);
      expect(searchParams.get('filter')).toBe('status/errorCode ne 0');
      await page.getByText(new RegExp(`^${failures} records?: all there are`)).waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('counts by application, and hands the same out as CSV', async () => {
      const visit = await counted(await world().visit(questionOf('applications')));
      const { page } = visit;
      const expected = tallied(
        (await truth(LOG)).map(({ appDisplayName, status }) => [appDisplayName, status.errorCode === 0 ? 0 : 1]),
        2,
      );
      const rows = (await rowsOf(visit)).map(([name = '', , ...counts]) => [name, ...counts]);
      expect(sorted(rows)).toEqual(sorted(expected));
      const totals = rows.map((cells) => Number(cells.at(-1)));
      expect(totals).toEqual(totals.toSorted((a, b) => b - a));
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download CSV' }).click();
      const file = await saved;
      expect(file.suggestedFilename()).toBe(`applications_${LOG}_20261117T000000Z_20261118T000000Z.csv`);
      const [head, ...lines] = readFileSync(await file.path(), 'utf8')
        .split('\r\n')
        .slice(0, -1);
      expect(head).toBe('\ufeffApplication,Application id,success,failure,sign-ins,note');
      const cells = lines
        .map((line) => line.split(','))
        .map(([name = '', , ...counts]) => [name, ...counts.slice(0, 3)]);
      expect(sorted(cells)).toEqual(sorted(expected));
      expect(visit.misdeeds).toEqual([]);
    });

    it('counts provisioning by target and action, and different users by week', async () => {
      const visit = await counted(await world().visit(questionOf('provisioning', { log: 'provisioning' })));
      const statuses = ['success', 'failure', 'skipped', 'other'];
      const provisioned = (await truth('provisioning')).map(
        ({ targetSystem, provisioningAction, provisioningStatusInfo }) =>
          [
            `${targetSystem.displayName} | ${provisioningAction}`,
            statuses.indexOf(provisioningStatusInfo.status),
          ] as const,
      );
      const rows = (await rowsOf(visit)).map(([target = '', action = '', , ...counts]) => [target, action, ...counts]);
      expect(sorted(rows)).toEqual(sorted(tallied(provisioned, 4)));
      const users = (await truth(LOG)).filter(({ status }) => status.errorCode === 0).map(({ userId }) => userId);
      await visit.page.goto(world().host.url + questionOf('weekly-users'));
      await counted(visit);
      const total = new Set(users).size.toLocaleString('en');
      expect(await rowsOf(visit)).toEqual([
        ['2026-11-17 00:00', '2026-11-18 00:00', total, 'partly outside of the range'],
      ]);
      expect(visit.misdeeds).toEqual([]);
    });

    it.each([
      ['failures', LOG, ({ status }: SignIn) => status.errorCode !== 0],
      ['consents', 'directoryAudits', (each: SignIn) => each.activityDisplayName === 'Consent to application'],
      // A record with two targets is in two rows.
      ['passwords', 'directoryAudits', undefined],
    ] as const)('leads from a row of %s to its records, without a mouse', async (question, log, isAsked) => {
      const visit = await counted(await world().visit(questionOf(question, { log })));
      const { page } = visit;
      const totals = (await rowsOf(visit)).map((cells) => Number(cells.at(-1)?.replaceAll(',', '')));
      if (isAsked) expect(totals.reduce((sum, each) => sum + each, 0)).toBe((await truth(log)).filter(isAsked).length);
      await tabTo(page, 'link', (await page.locator('.answer-table tbody a').first().textContent()) ?? '');
      await page.keyboard.press('Enter');
      await page.getByText(new RegExp(`^${totals[0]?.toLocaleString('en')} records?: all there are`)).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });

    it('shows when a user signs in, hour by hour, without a mouse', async () => {
      const [user, signIns] = busiest(await truth(LOG));
      const visit = await world().visit(`/questions?${new URLSearchParams({ log: LOG, ...DAY })}`);
      const { page } = visit;
      await tabTo(page, 'link', 'Sign-in pattern of a user');
      await page.keyboard.press('Enter');
      await page.getByText('It takes a user').waitFor();
      await tabTo(page, 'searchbox', /^User/);
      await page.keyboard.type(`${user.toUpperCase()}\n`);
      await page.getByText(COUNTED).waitFor();
      const expected = tallied(
        signIns.map(({ createdDateTime }) => [createdDateTime.slice(11, 13), 0]),
        0,
      );
      const cells = await page.locator('.week tbody tr').nth(1).locator('td').allInnerTexts();
      const grid = cells.slice(0, 24).map((text, hour) => [String(hour).padStart(2, '0'), Number(text)] as const);
      expect(sorted(grid.filter(([, count]) => count > 0))).toEqual(sorted(expected));
      const hours = grid.filter(([, count]) => count > 0);
      await tabTo(page, 'link', /^Tuesday, /);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      const [hour, count] = hours[1] ?? ['', 0];
      await page.getByRole('heading', { name: `Tuesday, ${hour}:00 to ` }).waitFor();
      expect(new URL(page.url()).searchParams.get('hour')).toBe(String(24 + Number(hour)));
      await tabTo(page, 'button', 'Download CSV');
      await tabTo(page, 'link', `2026-11-17 ${hour}:00`);
      await page.keyboard.press('Enter');
      await page.getByText(new RegExp(`^${count} records?: all there are`)).waitFor();
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
        log: LOG,
        from: `2026-11-17T${hour}:00:00Z`,
        filter: `userPrincipalName eq '${user}'`,
      });
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('has no serious finding of axe in the %s theme', async (colorScheme) => {
      const [user] = busiest(await truth(LOG));
      const visit = await counted(await world().visit(questionOf('pattern', { user }), { colorScheme }));
      const { page } = visit;
      await page
        .getByRole('link', { name: /^Tuesday, / })
        .first()
        .click();
      await page.getByRole('heading', { name: /^Tuesday, / }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      for (const path of [questionOf('sign-ins', WITH_GAP), questionOf('groups', { log: 'directoryAudits' })]) {
        await page.goto(world().host.url + path);
        await page.getByText(COUNTED).waitFor();
        expect(await seriousFindings(page)).toEqual([]);
      }
      expect(visit.misdeeds).toEqual([]);
    });
  });

  describe('Questions, when something is wrong,', () => {
    const failInPlace = async (page: Page, url: RegExp, answer: ReturnType<typeof problem>) => {
      await page.route(url, (route) => route.fulfill(answer));
      return () => page.unroute(url);
    };

    it('say how much of a range with a gap was read, and at which rows it is missing', async () => {
      const visit = await counted(await world().visit(questionOf('sign-ins', WITH_GAP)));
      const { page } = visit;
      await page.getByText(/ of 3 d were read \(\d\d\.\d %\)/).waitFor();
      await page.locator('.gaps').getByText('Microsoft is forgetting it now').first().waitFor();
      expect(await page.locator('.strip-gap').count()).toBeGreaterThan(0);
      const answer = await fetch(`${world().host.url}/api/coverage/${LOG}?from=${WITH_GAP.from}&to=${WITH_GAP.to}`);
      const { gaps } = (await answer.json()) as { gaps: { from: string; to: string }[] };
      const isMissing = ([from = '', to = '']: string[]) =>
        gaps.some((gap) => gap.from < `${to.replace(' ', 'T')}:00Z` && gap.to > `${from.replace(' ', 'T')}:00Z`);
      const rows = await rowsOf(visit);
      const missing = rows.filter((cells) => cells.at(-1) === 'gap').map(([from]) => from);
      expect(missing).toEqual(rows.filter(isMissing).map(([from]) => from));
      expect(missing.length).toBeGreaterThan(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('keep what was counted when a segment fails, call it partial, and go on when it is back', async () => {
      const range = UNREAD[3];
      const visit = await world().visit('/take');
      const { page } = visit;
      await page.getByRole('heading', { level: 1 }).waitFor();
      world().stack.blobProxy.failBefore(inHours(/hour=2[1-3]/), 'always', 403, 'AuthorizationFailure');
      await page.goto(world().host.url + questionOf('sign-ins', range));
      await page.getByRole('alert').getByText('The archive failed').waitFor();
      await page.getByRole('heading', { name: 'These numbers are partial' }).waitFor();
      await page.getByText('1,000 records are counted, up to').waitFor();
      await page.getByText('sign-ins so far').waitFor();
      const partial = await rowsOf(visit);
      const notes = new Set(partial.map((cells) => cells.at(-1)));
      expect(notes).toEqual(new Set(['', 'counted in part', 'not counted yet']));
      expect(partial.at(-1)).toContain('–');
      world().stack.blobProxy.reset();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(COUNTED).waitFor();
      const whole = await fetch(`${world().host.url}/api/logs/${LOG}?from=${range.from}&to=${range.to}&count=only`);
      const { records } = (await whole.json()) as { records: number };
      const sum = (rows: string[][]) =>
        rows.reduce((all, [, , success, failure]) => all + Number(success) + Number(failure), 0);
      expect(sum(await rowsOf(visit))).toBe(records);
      expect(partial.filter((cells) => cells.at(-1) === '')).toEqual(
        (await rowsOf(visit))
          .slice(
            0,
            partial.findIndex((cells) => cells.at(-1) !== ''),
          )
          .map((cells) => [...cells, '']),
      );
      visit.forgive(/status of 500/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('say what a slow archive is doing, and can be stopped', async () => {
      const visit = await world().visit('/take');
      const { page } = visit;
      await page.getByRole('heading', { level: 1 }).waitFor();
      world().stack.blobProxy.delay(inHours(/log=/), 8000);
      await page.goto(world().host.url + questionOf('consents', { log: 'directoryAudits', ...UNREAD[1] }));
      await page.getByText('a rare value in a long range takes time').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('alert').getByRole('heading', { name: 'Stopped' }).waitFor();
      world().stack.blobProxy.reset();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(COUNTED).waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('go on by themselves after a sign-in that ended in the middle', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      await page.getByText('You are signed in').waitFor();
      const over = await failInPlace(page, /cursor=/, problem(401));
      await page.goto(world().host.url + questionOf('sign-ins'));
      await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor();
      await page.getByText('1,000 records are counted').waitFor();
      await over();
      await page.evaluate(`new BroadcastChannel('entra-log-archive-sign-in').postMessage('signed-in')`);
      await page.getByText(COUNTED).waitFor();
      visit.forgive(/status of 401/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('name the role that is missing, and the purpose that is wanted', async () => {
      const visit = await world().visit('/signed-in');
      const { page } = visit;
      await page.getByText('You are signed in').waitFor();
      const withRole = await failInPlace(
        page,
        /\/api\/logs\//,
        problem(403, { role: 'Archive.Read', detail: 'This needs the app role Archive.Read.' }),
      );
      await page.goto(world().host.url + questionOf('sign-ins'));
      await page.getByRole('heading', { name: 'Your roles do not allow this' }).waitFor();
      await page.getByText('This needs the app role Archive.Read.').waitFor();
      await withRole();
      const withPurpose = await failInPlace(page, /\/api\/logs\//, problem(400, { header: 'X-Purpose' }));
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'The archive asks what this is for' }).waitFor();
      expect(await page.locator('.answer-table').count()).toBe(0);
      await withPurpose();
      await page.getByRole('textbox', { name: 'Purpose' }).fill('Case 4711');
      const sent = page.waitForRequest(/\/api\/logs\//);
      await page.getByRole('button', { name: 'Try again' }).click();
      expect((await sent).headers()['x-purpose']).toBe('Case%204711');
      await page.getByText(COUNTED).waitFor();
      visit.forgive(/status of 40[03]/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('say what it is worth that there is nothing, and refuse a range in the future in words', async () => {
      const visit = await world().visit(questionOf('pattern', { user: 'nobody@contoso.example' }));
      const { page } = visit;
      await page.getByText('No record of this range matches the filter').waitFor();
      await page.getByText(/none is as the filter wants it\./).waitFor();
      const early = { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' };
      await page.goto(world().host.url + questionOf('sign-ins', early));
      await page.getByText('does not prove that nothing happened').waitFor();
      const late = { from: '2099-01-01T00:00:00Z', to: '2099-01-02T00:00:00Z' };
      await page.goto(world().host.url + questionOf('sign-ins', late));
      await page.getByRole('alert').getByText('is in the future').first().waitFor();
      visit.forgive(/status of 400/);
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
