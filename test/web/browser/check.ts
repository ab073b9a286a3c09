/** The view "Check": what the page proves on its own, and what it does not take. */
import { describe, expect, it } from 'vitest';
import { DAY, seriousFindings, tabTo, type World } from './world.ts';

const LOG = 'nonInteractiveSignIns';

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
