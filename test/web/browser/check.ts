/** The view "Check": what the page proves on its own, and what it does not take. */
import { hash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { manifestLine } from '../../../shared/archive/evidenceFiles.ts';
import { verify } from '../../../shared/archive/verify.ts';
import { wordsOf } from '../../../shared/archive/verifyWords.ts';
import { zipped } from '../../../shared/zip.ts';
import { filesOf } from '../../support/signedArchive.ts';
import { unzip } from '../../support/unzip.ts';
import { DAY, seriousFindings, tabTo, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';

type Files = Map<string, Buffer>;

/** A byte of a segment is another, and the manifest agrees. */
function alterSegment(files: Files): void {
  const [name, bytes] = [...files].find(([each]) => each.endsWith('.jsonl.gz')) ?? ['', Buffer.alloc(0)];
  files.set(name, Buffer.from(bytes.with(50, (bytes[50] ?? 0) ^ 1)));
  relist(files, name);
}

/** An entry is gone, from the manifest too. */
function removeEntry(files: Files): void {
  const entries = [...files.keys()].filter((name) => /^ledger\/.*\d{12}\.json$/.test(name));
  files.delete(entries.at(-2) ?? '');
  relist(files, entries.at(-2) ?? '');
}

function relist(files: Files, name: string): void {
  const lines = (files.get('MANIFEST.sha256') ?? '').toString().split(/(?<=\n)/);
  const others = lines.filter((line) => !line.endsWith(`  ${name}\n`));
  const bytes = files.get(name);
  const own = bytes ? [manifestLine(name, hash('sha256', bytes))] : [];
  files.set('MANIFEST.sha256', Buffer.from([...others, ...own].join('')));
}

const TAMPERED = [
  [alterSegment, 'segment-altered'],
  [removeEntry, 'entry-missing'],
  [(files: Files) => void files.set('coverage.json', Buffer.from('{}\n')), 'manifest-differs'],
] as const;

export function testCheck(world: () => World): void {
  const get = async (path: string) => fetch(`${world().host.url}/api/${path}`);
  const recordId = async () => {
    const text = await (await get(`logs/${LOG}?from=${DAY.from}&to=${DAY.to}&limit=1`)).text();
    return (JSON.parse(text.split('\n')[0] ?? '') as { id: string }).id;
  };
  const fingerprint = async () => {
    const { ledgers } = (await (await get('integrity/keys')).json()) as {
      ledgers: { logType: string; keys: { sha256: string }[] }[];
    };
    return ledgers.find(({ logType }) => logType === LOG)?.keys[0]?.sha256 ?? '';
  };
  const checkOf = async () => `/check?${new URLSearchParams({ log: LOG, ...DAY, id: await recordId() })}`;

  const bundle = async () => {
    const answer = await get(`evidence/${LOG}?${new URLSearchParams(DAY)}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const rangeOf = () => `/check?${new URLSearchParams({ log: LOG, ...DAY })}`;
  const verdict = (page: Page, words: string) =>
    page.locator('.range-check strong').filter({ hasText: words }).waitFor();
  const shown = (page: Page) => page.locator('pre.report').textContent();
  const printed = async (zip: Buffer, keys: string[]) => wordsOf(await verify(filesOf(unzip(zip)), { keys }));
  /** Answers with another bundle than the archive would. */
  const handOut = (page: Page, zip: Buffer) =>
    page.route(/\/api\/evidence\//, (route) => route.fulfill({ body: zip, contentType: 'application/zip' }));

  describe('Check of a range', () => {
    it('proves it in the page, without a mouse, and says what verify.mjs says', async () => {
      const visit = await world().visit(rangeOf());
      const { page } = visit;
      await page.getByRole('button', { name: /^Fetch and check, about / }).waitFor();
      await tabTo(page, 'button', /^Fetch and check, about /);
      await page.keyboard.press('Enter');
      await verdict(page, 'Only self-consistent: nothing contradicts itself');
      expect(await shown(page)).toBe(await printed(await bundle(), []));
      await page.getByLabel('Fingerprint of the key that you trust').focus();
      await page.keyboard.insertText(await fingerprint());
      await verdict(page, 'Proved: nothing that was signed is missing or altered');
      expect(await shown(page)).toBe(await printed(await bundle(), [await fingerprint()]));
      expect(visit.misdeeds).toEqual([]);
    });

    it('names what is wrong in a bundle that was tampered with, as verify.mjs does', async () => {
      const keys = [await fingerprint()];
      for (const [alter, code] of TAMPERED) {
        const files = unzip(await bundle());
        alter(files);
        const zip = Buffer.concat(await Array.fromAsync(zipped([...files].map(([name, bytes]) => ({ name, bytes })))));
        const visit = await world().visit('/check');
        const { page } = visit;
        await handOut(page, zip);
        await page.goto(world().host.url + rangeOf());
        await page.getByLabel('Fingerprint of the key that you trust').fill(keys[0] ?? '');
        await page.getByRole('button', { name: /^Fetch and check/ }).click();
        await verdict(page, 'Broken: something is missing');
        await page.getByRole('listitem').filter({ hasText: code }).first().waitFor();
        expect(await shown(page)).toBe(await printed(zip, keys));
        expect(visit.misdeeds).toEqual([]);
        await page.context().close();
      }
    });

    it('checks a bundle from a disk, and gives no verdict on what is none', async () => {
      const visit = await world().visit(rangeOf());
      const { page } = visit;
      const zip = await bundle();
      const own = page.getByLabel('Or a bundle that you have');
      await own.setInputFiles({ name: 'kept.zip', mimeType: 'application/zip', buffer: zip });
      await page.getByRole('heading', { name: 'kept.zip' }).waitFor();
      await verdict(page, 'Only self-consistent: nothing contradicts itself');
      await page.getByRole('button', { name: 'Check another' }).click();
      await own.setInputFiles({ name: 'cut.zip', mimeType: 'application/zip', buffer: zip.subarray(0, -9) });
      await page.getByText('Nothing was verified: this is not a bundle').waitFor();
      expect(await page.getByText('Proved').count()).toBe(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('does not fetch what no tab can hold, and says how to check that', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/count=only/, (route) => route.fulfill({ json: { records: 1_000_000_000 } }));
      await page.goto(world().host.url + rangeOf());
      await page.getByRole('heading', { name: 'Too large for this tab' }).waitFor();
      await page.getByText('node verify.mjs . --key <fingerprint>').waitFor();
      expect(await page.getByRole('button', { name: /^Fetch and check/ }).count()).toBe(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('has no serious finding of axe in the %s theme', async (colorScheme) => {
      const visit = await world().visit('/check', { colorScheme });
      const { page } = visit;
      const files = unzip(await bundle());
      files.set('stranger', Buffer.from('added'));
      await handOut(
        page,
        Buffer.concat(await Array.fromAsync(zipped([...files].map(([name, bytes]) => ({ name, bytes }))))),
      );
      await page.goto(world().host.url + rangeOf());
      await page.getByRole('button', { name: /^Fetch and check/ }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /^Fetch and check/ }).click();
      await verdict(page, 'Broken: something is missing');
      await page.getByText('As verify.mjs prints it').click();
      expect(await seriousFindings(page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });
  });

  describe('Check', () => {
    it('proves a record against the fingerprint that is typed, without a mouse', async () => {
      const visit = await world().visit(await checkOf());
      const { page } = visit;
      await page.getByText('Only self-consistent').first().waitFor();
      await tabTo(page, 'textbox', 'Fingerprint of the key that you trust');
      await page.keyboard.insertText((await fingerprint()).toUpperCase());
      await page.getByText('Proved: the record is what was signed').first().waitFor();
      expect(await page.getByText('does not hold').count()).toBe(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('says Broken where the key is another', async () => {
      const visit = await world().visit(await checkOf());
      const { page } = visit;
      await page.getByLabel('Fingerprint of the key that you trust').fill('0'.repeat(64));
      await page.getByText('Broken: something is altered').first().waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('says Broken where the answer has another record than was signed', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.route(/proofs\/record/, async (route) => {
        const response = await route.fetch();
        const answer = (await response.json()) as { proofs: { record: string }[] };
        for (const proof of answer.proofs) proof.record = proof.record.replace(/}$/, ',"isMade":true}');
        await route.fulfill({ json: answer });
      });
      await page.goto(world().host.url + (await checkOf()));
      await page.getByLabel('Fingerprint of the key that you trust').fill(await fingerprint());
      await page.getByText('Broken: something is altered').first().waitFor();
      await page
        .getByRole('listitem')
        .filter({ hasText: 'The record is in the segment: does not hold' })
        .first()
        .waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('has no serious finding of axe in the %s theme', async (colorScheme) => {
      const visit = await world().visit(await checkOf(), { colorScheme });
      await visit.page.getByText('Only self-consistent').first().waitFor();
      expect(await seriousFindings(visit.page)).toEqual([]);
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
