/**
 * `npm run screenshots`: each view of the Explorer in both themes, into docs/images/, from a tenant that is always the
 * same. `npm run screenshots -- --archive http://127.0.0.1:7071` takes them of the archive of `npm start` instead.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../test/support/browser.ts';
import { build } from '../start/build.ts';
import { SHOTS, type Shot } from './shots.ts';
import { startTenant } from './tenant.ts';

const FOLDER = 'docs/images';
const SIZE = { width: 1440, height: 900 };
const { values } = parseArgs({ options: { archive: { type: 'string' }, only: { type: 'string' } } });

mkdirSync(FOLDER, { recursive: true });
// Else the pictures are of the page as it was built last.
if (values.archive === undefined) await build('.', new AbortController().signal);
const tenant = values.archive === undefined ? await startTenant() : undefined;
const browser = await launchBrowser();
try {
  const url = values.archive ?? tenant?.url ?? '';
  const { now } = (await (await fetch(`${url}/api/status`)).json()) as { now: string };
  for (const shot of SHOTS.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))) {
    for (const colorScheme of ['light', 'dark'] as const) await take(shot, url, Date.parse(now), colorScheme);
  }
} finally {
  await browser.close();
  await tenant?.close();
}

async function take({ name, path, until }: Shot, url: string, now: number, colorScheme: 'light' | 'dark') {
  const options = { colorScheme, viewport: SIZE, locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url + (await path(now, url)));
  await until(page);
  // Pictures fade in nowhere; this is for fonts and the last frame.
  await page.waitForTimeout(300);
  const file = `${FOLDER}/${name}-${colorScheme}.png`;
  await page.screenshot({ path: file });
  await context.close();
  process.stdout.write(`${file}\n`);
}
