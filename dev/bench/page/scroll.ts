/** Scrolling the table of a search as a wheel does, from its first row to its last. */
import type { Page } from 'playwright-core';

/** Pixels of one turn of the wheel: fast enough to be through in a minute. */
const TURN = 3000;

/** Loads rows, with the button where the page stops by itself, until all are there. */
export async function loadRows(page: Page, records: number): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Records' });
  const more = page.getByRole('button', { name: /^Load .* more$/ });
  await grid.focus();
  for (;;) {
    await page.keyboard.press('End');
    if (await more.isVisible()) await more.click();
    if ((await rowsShown(page)) >= records) break;
    await page.waitForTimeout(100);
  }
  await page.keyboard.press('Home');
}

/** How many rows the table has, drawn or not. */
export async function rowsShown(page: Page): Promise<number> {
  return Number(await page.getByRole('grid', { name: 'Records' }).getAttribute('aria-rowcount')) - 1;
}

/** To the end with the wheel, where the last row is drawn, and back in one jump. @throws where the wheel does not lead there. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Records' }).hover();
  const turns = Math.ceil(((await rowsShown(page)) * 26) / TURN);
  for (let turn = 0; turn < turns; turn += 1) await page.mouse.wheel(0, TURN);
  // The head is the first row.
  await page.locator(`[aria-rowindex="${(await rowsShown(page)) + 1}"]`).waitFor();
  await page.getByRole('grid', { name: 'Records' }).focus();
  await page.keyboard.press('Home');
  await page.locator('[aria-rowindex="2"]').waitFor();
}
