/** The whole main job on real parts: everything that Graph showed is in the archive, once, byte for byte. */
import { readFileSync } from 'node:fs';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNamed } from '../support/people.ts';
import {
  compareWithTruth,
  faultsOf,
  fire,
  type Host,
  hashLines,
  pause,
  pullAll,
  readLines,
  type Stack,
  startStack,
  statusOf,
} from '../support/stack.ts';
import { foundIn } from '../support/subjectCalls.ts';

const TEN = 10;

describe('a quiet Graph', () => {
  let stack: Stack;
  let host: Host;
  beforeAll(async () => {
    stack = await startStack({ days: 3, perDay: 20_000 });
    host = await stack.startHost();
    await pullAll(host, stack.target);
  });
  afterAll(() => stack.close());

  it('gives an archive that holds exactly what was shown, for each of the ten log types', async () => {
    const comparisons = await compareWithTruth(host, stack.simulator.url);
    expect(comparisons).toHaveLength(TEN);
    expect(faultsOf(comparisons)).toEqual([]);
    expect(comparisons.reduce((sum, { archived }) => sum + archived, 0)).toBeGreaterThan(50_000);
  });

  it('reads nothing new in a second pull, and doubles nothing', async () => {
    const before = await statusOf(host);
    await fire(host, 'pull-reports');
    await fire(host, 'pull-risk');
    await pause(1500);
    expect((await statusOf(host)).map(({ entries, records }) => [entries, records])).toEqual(
      before.map(({ entries, records }) => [entries, records]),
    );
  });

  it('tells everything that it holds of a person, as a search through all of it does', async () => {
    const statuses = await statusOf(host);
    const to = Math.max(...statuses.map(({ watermark }) => Date.parse(watermark ?? '')));
    const range = `from=${new Date(to - 2 * 3_600_000).toISOString()}&to=${new Date(to).toISOString()}`;
    const lines = new Map<string, string[]>();
    for (const { logType } of statuses) {
      const read = readLines(`${host.url}/api/logs/${logType}?${range}&versions=all`);
      lines.set(logType, await Array.fromAsync(read, String));
    }
    const [audit = ''] = lines.get('directoryAudits')?.filter((line) => line.includes('"userPrincipalName":"')) ?? [];
    const user = /"userPrincipalName":"([^"]+)"/.exec(audit)?.[1]?.toLowerCase() ?? '';
    const url = `${host.url}/api/subjects?user=${encodeURIComponent(user)}&${range}`;
    const answer = await fetch(url, { headers: { 'x-purpose': 'a%20test' } });
    const found = foundIn({ body: Buffer.from(await answer.arrayBuffer()) });
    for (const [logType, all] of lines) {
      const expected = all.filter((line) => isNamed(line, user));
      expect([...(found.lines[logType] ?? [])].sort(), logType).toEqual(expected.sort());
    }
    expect(found.manifest.records).toBeGreaterThan(0);
    expect((await fetch(url)).status).toBe(400);
  });

  it('rebuilds its state from the ledger when the table is deleted, and loses and doubles nothing', async () => {
    const before = await statusOf(host);
    await host.kill();
    await TableClient.fromConnectionString(stack.azurite.connectionString, 'state', {
      allowInsecureConnection: true,
    }).deleteTable();
    host = await stack.startHost();
    await pullAll(host, stack.target);
    const counts = ({ logType, from, watermark, entries, records, bytes }: (typeof before)[number]) => ({
      logType,
      from,
      watermark,
      entries,
      records,
      bytes,
    });
    expect((await statusOf(host)).map(counts)).toEqual(before.map(counts));
    expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
  });

  it('counts from inclusive and to exclusive, at edges between two ticks too', async () => {
    for (const logType of ['interactiveSignIns', 'directoryAudits', 'riskDetections']) {
      const status = (await statusOf(host)).find((row) => row.logType === logType);
      const times: string[] = [];
      const field =
        logType === 'interactiveSignIns'
          ? 'createdDateTime'
          : logType === 'directoryAudits'
            ? 'activityDateTime'
            : 'lastUpdatedDateTime';
      for await (const line of readLines(
        `${host.url}/api/logs/${logType}?from=${status?.from}&to=${status?.watermark}`,
      )) {
        times.push(String((JSON.parse(line.toString()) as Record<string, unknown>)[field]));
      }
      const from = times[Math.floor(times.length / 3)];
      const to = times[Math.floor((2 * times.length) / 3)];
      for (const range of [`from=${from}&to=${to}`, `from=${tick(from)}&to=${tick(to)}`]) {
        const archived = await hashLines(`${host.url}/api/logs/${logType}?${range}`);
        const shown = await hashLines(`${stack.simulator.url}/_simulator/truth/${logType}?${range}`);
        expect(archived).toEqual(shown);
        expect(archived.lines).toBeGreaterThan(0);
      }
    }
  });
});

/** The instant 100 ns later, as text. */
function tick(time = ''): string {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? '';
  const ticks = Number(fraction.padEnd(7, '0')) + 1;
  return `${time.slice(0, 19)}.${String(ticks).padStart(7, '0')}Z`;
}

describe('a Graph that misbehaves in every known way', () => {
  it('ends with the same equality', async () => {
    const stack = await startStack({ days: 3, perDay: 20_000, seed: 2, faults: 'all' });
    try {
      const host = await stack.startHost();
      await pullAll(host, stack.target, 540_000);
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    } finally {
      await stack.close();
    }
  });
});

describe('a host that is killed', () => {
  it('20 times at any moment loses nothing and stores no version twice', async () => {
    const stack = await startStack({ days: 3, perDay: 20_000, seed: 3 });
    try {
      const kills = 20;
      for (let n = 0; n < kills; n += 1) {
        const doomed = await stack.startHost();
        await fire(doomed, 'pull-reports');
        await fire(doomed, 'pull-risk');
        // Any moment of the work, and never the same twice: from before the first request to some windows in.
        await pause(100 + Math.random() * 1200);
        await doomed.kill();
      }
      const host = await stack.startHost();
      await pullAll(host, stack.target);
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
    } finally {
      await stack.close();
    }
  });
});

describe('two hosts on the same storage', () => {
  it('pull the same log types at once: the same equality, and a ledger without holes', async () => {
    const stack = await startStack({ days: 3, perDay: 20_000, seed: 4 });
    try {
      const hosts = await Promise.all([stack.startHost(), stack.startHost()]);
      await Promise.all(hosts.map((host) => pullAll(host, stack.target)));
      const [host = await stack.startHost()] = hosts;
      expect(faultsOf(await compareWithTruth(host, stack.simulator.url))).toEqual([]);
      const states = new Set((await statusOf(host)).map(({ state }) => state));
      expect(states).toEqual(new Set(['healthy']));
    } finally {
      await stack.close();
    }
  });
});

describe('the app', () => {
  it('bears no secret of the storage in what it logs', async () => {
    const stack = await startStack({ days: 1, perDay: 500 });
    try {
      const host = await stack.startHost();
      await pullAll(host, stack.target);
      const key = /AccountKey=([^;]+)/.exec(stack.azurite.connectionString)?.[1] ?? '';
      expect(key.length).toBeGreaterThan(20);
      expect(host.output()).not.toContain(key);
      expect(readFileSync('local.settings.sample.json', 'utf8')).not.toContain(key);
    } finally {
      await stack.close();
    }
  });
});
