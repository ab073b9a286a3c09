/** The screenshots, as data: a state of the page each, by its URL. */
import type { Page } from 'playwright-core';
import { hrefOf } from '../../web/state/place.ts';

export interface Shot {
  /** Of the file, before the theme. */
  readonly name: string;
  /** @param now the archive's time, in milliseconds since 1970. @param archive its address. */
  readonly path: (now: number, archive: string) => string | Promise<string>;
  /** Brings the page to where the picture is taken. */
  readonly until: (page: Page) => Promise<unknown>;
}

const DAY_MS = 86_400_000;
const SIGN_INS = 'nonInteractiveSignIns';

/** Whole days before today. */
function days(now: number, first: number, count: number): { from: string; to: string } {
  const from = Math.floor(now / DAY_MS) * DAY_MS - first * DAY_MS;
  const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  return { from: iso(from), to: iso(from + count * DAY_MS) };
}

const rows = (page: Page) => page.getByRole('gridcell').first().waitFor();

/** A record of which the archive holds two versions. */
async function changedRecord(
  archive: string,
  { log, from, to }: { log: string; from: string; to: string },
): Promise<{ id: string; at: string }> {
  const answer = await fetch(`${archive}/api/logs/${log}?from=${from}&to=${to}&versions=all&select=id,createdDateTime`);
  const lines = (await answer.text()).split('\n');
  const changed = lines.find((line, n) => line !== '' && lines.indexOf(line) !== n);
  if (changed === undefined) throw new Error(`no record of ${log} from ${from} to ${to} has two versions`);
  const { id, createdDateTime: at } = JSON.parse(changed) as { id: string; createdDateTime: string };
  return { id, at };
}

/** The first record of a range. */
async function firstRecord(archive: string, { log, from, to }: { log: string; from: string; to: string }) {
  const answer = await fetch(`${archive}/api/logs/${log}?from=${from}&to=${to}&limit=1&select=id`);
  return (JSON.parse((await answer.text()).split('\n')[0] ?? '') as { id: string }).id;
}

/** The fingerprint of the key that signs, as an auditor would have it from elsewhere. */
async function fingerprintOf(page: Page): Promise<string> {
  const answer = await page.request.get(new URL('/api/integrity/keys', page.url()).href);
  const { ledgers } = (await answer.json()) as { ledgers: { keys: { sha256: string }[] }[] };
  return ledgers[0]?.keys[0]?.sha256 ?? '';
}

/** The user of most of the first sign-ins of a range. */
async function busyUser(archive: string, { log, from, to }: { log: string; from: string; to: string }) {
  const select = 'userPrincipalName';
  const answer = await fetch(`${archive}/api/logs/${log}?from=${from}&to=${to}&limit=5000&select=${select}`);
  const users = Map.groupBy((await answer.text()).split('\n').slice(0, -1), (line) => line);
  const [line = '{}'] = [...users].toSorted((a, b) => b[1].length - a[1].length)[0] ?? [];
  return (JSON.parse(line) as { userPrincipalName: string }).userPrincipalName;
}

const counted = (page: Page) => page.getByText('of the range are counted').waitFor();

export const SHOTS: readonly Shot[] = [
  {
    name: 'overview',
    path: () => hrefOf(''),
    until: async (page) => {
      await page.getByRole('list', { name: `Days of ${SIGN_INS}` }).waitFor();
      await page.getByText('Asking for its days').first().waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'certificate',
    path: (now) => hrefOf('', { ...days(now, 8, 7), show: 'certificate' }),
    until: (page) => page.getByText('AD FS sign-ins').waitFor(),
  },
  {
    name: 'check',
    path: (now) => hrefOf('check', { log: 'interactiveSignIns', ...days(now, 4, 3) }),
    until: async (page) => {
      await page.getByLabel('Fingerprint of the key that you trust').fill(await fingerprintOf(page));
      await page.getByRole('button', { name: /^Fetch and check/ }).click();
      await page.getByText('Proved: nothing that was signed').first().waitFor();
    },
  },
  {
    name: 'check-record',
    path: async (now, archive) => {
      const place = { log: 'interactiveSignIns', ...days(now, 3, 1) };
      return hrefOf('check', { ...place, id: await firstRecord(archive, place) });
    },
    until: async (page) => {
      await page.getByLabel('Fingerprint of the key that you trust').fill(await fingerprintOf(page));
      await page.getByText('Proved: the record').first().waitFor();
    },
  },
  {
    name: 'search',
    path: (now) => hrefOf('search', { log: SIGN_INS, ...days(now, 6, 3) }),
    until: rows,
  },
  {
    name: 'search-details',
    path: (now) => hrefOf('search', { log: 'interactiveSignIns', ...days(now, 6, 6), filter: 'status/errorCode ne 0' }),
    until: async (page) => {
      await rows(page);
      await page.getByRole('gridcell').nth(1).click();
      await page.getByRole('list', { name: 'The record as stored' }).waitFor();
    },
  },
  {
    name: 'search-versions',
    path: async (now, archive) => {
      const place = { log: 'interactiveSignIns', ...days(now, 1, 1) };
      return hrefOf('search', { ...place, ...(await changedRecord(archive, place)), show: 'versions' });
    },
    until: async (page) => {
      await rows(page);
      await page.getByText('From version 1 to version 2').waitFor();
    },
  },
  {
    name: 'search-filter',
    path: (now) =>
      hrefOf('search', {
        log: 'directoryAudits',
        ...days(now, 8, 7),
        filter: "result eq 'success' and activityDisplayName eqq 1",
      }),
    until: (page) => page.getByText('expected an operator').first().waitFor(),
  },
  {
    name: 'questions',
    path: (now) => hrefOf('questions', { log: SIGN_INS, ...days(now, 7, 7), question: 'sign-ins' }),
    until: counted,
  },
  {
    name: 'questions-pattern',
    path: async (now, archive) => {
      const place = { log: SIGN_INS, ...days(now, 28, 28) };
      return hrefOf('questions', { ...place, question: 'pattern', user: await busyUser(archive, place), hour: '33' });
    },
    until: counted,
  },
  {
    name: 'questions-applications',
    path: (now) => hrefOf('questions', { log: SIGN_INS, ...days(now, 7, 7), question: 'applications' }),
    until: counted,
  },
  {
    name: 'take-along',
    path: (now) => hrefOf('take', { log: SIGN_INS, ...days(now, 8, 7) }),
    until: (page) => page.getByText(/^[\d,]+ records$/).waitFor(),
  },
];
