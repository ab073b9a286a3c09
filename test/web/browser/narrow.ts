/** A phone, and a window at twice the size: nothing of a view lies beside the window. */
import { describe, expect, it } from 'vitest';
import { WITH_GAP, type World } from './world.ts';

const QUERY = new URLSearchParams({ log: 'nonInteractiveSignIns', ...WITH_GAP }).toString();

/** Paths, and what is there once they are drawn. */
const VIEWS = [
  ['/', '.day'],
  [`/?${QUERY}&show=certificate`, '.certificate tbody'],
  [`/search?${QUERY}`, '.gaps'],
  [`/questions?${QUERY}`, '.gaps'],
  [`/take?${QUERY}`, '.gaps'],
  [`/check?${QUERY}`, '.range-check button'],
] as const;

export function testNarrow(world: () => World): void {
  describe('A narrow window', () => {
    it.each(VIEWS)('holds all of %s', async (path, ready) => {
      const visit = await world().visit(path, { viewport: { width: 390, height: 844 } });
      const { page } = visit;
      await page.locator(ready).first().waitFor();
      const width = () => page.evaluate('document.documentElement.scrollWidth');
      await expect.poll(width).toBe(390);
      await page.setViewportSize({ width: 720, height: 450 });
      await expect.poll(width).toBe(720);
      expect(visit.misdeeds).toEqual([]);
    });

    it('holds all of a menu', async () => {
      const visit = await world().visit(`/search?${QUERY}`, { viewport: { width: 390, height: 600 } });
      const { page } = visit;
      for (const name of ['Quick ranges', 'Columns']) {
        await page.getByRole('button', { name }).click();
        const { x = -1, y = -1, width = 0, height = 0 } = (await page.getByRole('group', { name }).boundingBox()) ?? {};
        expect([x >= 0, y >= 0, x + width <= 390, y + height <= 600, height >= 100]).toEqual(Array(5).fill(true));
        await page.keyboard.press('Escape');
        await page.getByRole('group', { name }).waitFor({ state: 'hidden' });
      }
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
