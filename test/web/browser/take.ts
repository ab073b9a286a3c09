/** The view "Take along": what is taken along is what the archive gives, broken on the way or not. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY, inHours, seriousFindings, tabTo, UNREAD, WITH_GAP, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';

const takeOf = (more: Readonly<Record<string, string>> = {}) =>
  `/take?${new URLSearchParams({ log: LOG, ...DAY, ...more })}`;

/** What "about 1.2 MB" says. */
function bytesIn(text: string | null): number {
  const [, number = '', unit = ''] = /about ([\d.,]+) (\w+)/.exec(text ?? '') ?? [];
  return Number(number.replaceAll(',', '')) * { B: 1, kB: 1e3, MB: 1e6 }[unit as 'B'];
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** In place of the dialog of the browser, which no test can answer: a file of the page's own. */
const PICK_OWN_FILE = `window.showSaveFilePicker = async ({ suggestedName }) =>
  (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })`;
const READ_OWN_FILE = `(async () => {
  const root = await navigator.storage.getDirectory();
  for await (const handle of root.values()) return (await handle.getFile()).text();
})()`;

export function testTakeAlong(world: () => World): void {
  const download = async (path: string) => {
    const answer = await fetch(`${world().host.url}/api/${path}`);
    return new Uint8Array(await answer.arrayBuffer());
  };

  describe('Take along', () => {
    it.each([
      ['ndjson', `logs/${LOG}?from=${DAY.from}&to=${DAY.to}&format=ndjson`],
      ['json', `logs/${LOG}?from=${DAY.from}&to=${DAY.to}&format=json`],
      ['csv', `logs/${LOG}?from=${DAY.from}&to=${DAY.to}&format=csv&bom=true`],
      ['evidence', `evidence/${LOG}?from=${DAY.from}&to=${DAY.to}`],
    ])('gives the bytes of the archive and their SHA-256: %s', async (format, path) => {
      const visit = await world().visit(takeOf({ format }));
      const { page } = visit;
      await page.getByText(/^[\d,]+ records$/).waitFor();
      const said = bytesIn(await page.locator('.amount').textContent());
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      const file = await (await saved).path();
      const wanted = await download(path);
      expect(sha256(readFileSync(file))).toBe(sha256(wanted));
      expect(wanted.length / said).toBeGreaterThan(0.75);
      expect(wanted.length / said).toBeLessThan(1.33);
      await page.getByText(sha256(wanted)).waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it.each([
      ['ndjson', 'format=ndjson'],
      ['json', 'format=json'],
      ['csv', 'format=csv&bom=true'],
    ])(
      'counts before, streams into a file, and goes on by itself behind the last whole record: %s',
      async (format, as) => {
        // A host of its own, which has read nothing yet.
        const host = await world().stack.startHost();
        const visit = await world().visit('/take', {}, host.url);
        const { page } = visit;
        await page.addInitScript(PICK_OWN_FILE);
        await page.goto(host.url + takeOf({ ...UNREAD[2], format }));
        const counted = page.getByText(/^[\d,]+ records$/);
        const said = await counted.textContent();
        const isLate = inHours(/hour=1[2-9]/);
        world().stack.blobProxy.failBefore(isLate, 'always', 404, 'BlobNotFound');
        await page.getByRole('button', { name: 'Save as …' }).click();
        await page.getByText('the download goes on by itself').waitFor();
        world().stack.blobProxy.reset();
        await page.getByText('without a record lost or doubled').waitFor();
        const range = `from=${UNREAD[2].from}&to=${UNREAD[2].to}`;
        const wanted = await download(`logs/${LOG}?${range}&${as}`);
        const lines = Buffer.from(await download(`logs/${LOG}?${range}`)).toString();
        expect(said).toBe(`${(lines.split('\n').length - 1).toLocaleString('en')} records`);
        // Neither has the byte order mark of a CSV; the hash below is of all bytes.
        expect(await page.evaluate(READ_OWN_FILE)).toBe(new TextDecoder().decode(wanted));
        await page.getByText(sha256(wanted)).waitFor();
        visit.forgive(/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONTENT_LENGTH|status of 500/);
        expect(visit.misdeeds).toEqual([]);
        await host.kill();
      },
    );

    it('names the gaps of the range before anything is taken along, or that they could not be asked for', async () => {
      const visit = await world().visit(takeOf(WITH_GAP));
      const { page } = visit;
      const alert = page.locator('.coverage-line').getByRole('alert');
      await alert.getByText('Microsoft is forgetting it now').first().waitFor();
      await page.route(/\/api\/coverage\//, (route) => route.fulfill({ status: 503, body: '' }));
      await page.reload();
      await alert.getByText('Which gaps are in the range could not be asked').waitFor();
      visit.forgive(/status of 503/);
      expect(visit.misdeeds).toEqual([]);
    });

    it('can be stopped and gone on with, and all of it without a mouse', async () => {
      const visit = await world().visit(takeOf(UNREAD[0]));
      const { page } = visit;
      await page.getByText(/^[\d,]+ records$/).waitFor();
      world().stack.blobProxy.delay(inHours(/hour=1[2-9]/), 1500);
      const saved = page.waitForEvent('download');
      await tabTo(page, 'button', 'Download');
      await page.keyboard.press('Enter');
      await tabTo(page, 'button', 'Stop');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByRole('heading', { name: 'Stopped' }).waitFor();
      world().stack.blobProxy.reset();
      await tabTo(page, 'button', 'Go on');
      await page.keyboard.press('Enter');
      const wanted = await download(`logs/${LOG}?from=${UNREAD[0].from}&to=${UNREAD[0].to}`);
      expect(sha256(readFileSync(await (await saved).path()))).toBe(sha256(wanted));
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('has no serious finding of axe in the %s theme', async (colorScheme) => {
      const visit = await world().visit(takeOf(), { colorScheme });
      await visit.page.getByText(/^[\d,]+ records$/).waitFor();
      expect(await seriousFindings(visit.page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
