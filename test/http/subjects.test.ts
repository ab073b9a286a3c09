/** What somebody is answered who asks what is held of a person. */
import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { collectAccess } from '../../shared/collectAccess.ts';
import type { Deps } from '../../shared/deps.ts';
import { createAccessLog } from '../../shared/http/accessLog.ts';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import type { SubjectManifest } from '../../shared/subjectManifest.ts';
import { accessRecords, accessWorld } from '../support/accessWorld.ts';
import { expire } from '../support/expiring.ts';
import { createWorld, DAY, row, TENANT_ID, type World } from '../support/flowHarness.ts';
import { everyLine, isNamed, laterRows, peopledWorld, RARE_USERS, someUsers } from '../support/people.ts';
import { keepAll, opened } from '../support/searching.ts';
import { type Around, recording, type StoreCall } from '../support/storeHooks.ts';
import { callSubjects, foundIn, type SubjectCalled } from '../support/subjectCalls.ts';

const encoded = encodeURIComponent;
const problemOf = ({ body }: SubjectCalled) => JSON.parse(String(body)) as Record<string, string>;
const sortedLines = (lines: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(lines).map(([name, list]) => [name, [...list].sort()]));

/** What a plain search through every stored line finds, by log type. @param lines all of them. */
function plainSearch(lines: ReturnType<typeof everyLine>, user: string): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lines).map(([name, all]) => [name, all.filter((line) => isNamed(line, user))]),
  );
}

describe('a subject request', () => {
  let world: World;
  let users: string[];
  /** What is found without any sketches. */
  const unsketched = new Map<string, unknown>();
  let openedBefore = 0;
  let stored: ReturnType<typeof everyLine>;

  async function ask(user: string, more = '', deps: Deps = world.instance()) {
    const answer = await callSubjects(deps, `user=${encoded(user)}${more}`);
    expect([answer.status, answer.broken], String(answer.body)).toEqual([200, undefined]);
    return foundIn(answer);
  }

  beforeAll(async () => {
    world = await peopledWorld();
    stored = everyLine(world);
    users = [...RARE_USERS, ...someUsers(stored, 3)];
    const calls: StoreCall[] = [];
    for (const user of users)
      unsketched.set(user, sortedLines((await ask(user, '', world.instance(recording(calls)))).lines));
    openedBefore = opened(calls).length;
    await keepAll(world);
  });

  it('gives, set by set, every line that a search through every stored line finds, with sketches and without', async () => {
    expect(users.length).toBeGreaterThan(12);
    const calls: StoreCall[] = [];
    for (const user of users) {
      const expected = sortedLines(plainSearch(stored, user));
      const { lines } = await ask(user, '', world.instance(recording(calls)));
      expect(sortedLines(lines), user).toEqual(expected);
      expect(unsketched.get(user), user).toEqual(expected);
      expect(Object.values(expected).flat(), user).not.toEqual([]);
    }
    expect(opened(calls).length).toBeLessThan(openedBefore / 2);
  });

  it('opens of sign-ins only the segments that hold the subject', async () => {
    const calls: StoreCall[] = [];
    const hoursOf = (lines: readonly string[] = []) =>
      lines.map((line) => (JSON.parse(line) as { createdDateTime: string }).createdDateTime.slice(0, 13));
    for (const user of RARE_USERS) {
      const { lines } = await ask(user, '', world.instance(recording(calls)));
      const hours = new Set(opened(calls.filter(({ target }) => target.includes('log=interactiveSignIns'))));
      const holding = new Set(hoursOf(lines.interactiveSignIns));
      expect([...holding].filter((hour) => !hours.has(hour))).toEqual([]);
      // One in 320 that do not hold it looks as if it did; fifty there are.
      expect(hours.size - holding.size, user).toBeLessThan(4);
      calls.splice(0);
    }
  });

  it('opens what came after the sketches too, and gives a version that names the subject no more no longer than the next', async () => {
    await laterRows(world);
    stored = everyLine(world);
    for (const user of RARE_USERS) {
      const expected = plainSearch(stored, user);
      expect(sortedLines((await ask(user)).lines), user).toEqual(sortedLines(expected));
    }
    const { lines } = await ask(RARE_USERS[0] ?? '');
    expect(lines.riskyUsers).toHaveLength(1);
    // The older version of the sign-in still names her, the newer does not; both are held, one is about her.
    expect(lines.interactiveSignIns?.filter((line) => line.includes('"id":"rare-0"'))).toHaveLength(1);
  });

  it('finds an address in whatever form it is asked for, and a name and an id in any case', async () => {
    const [name = '', id = ''] = RARE_USERS;
    const { lines } = await ask('2001:db8::7');
    for (const form of ['2001:DB8::0:7', '[2001:0db8:0000::7]:8080', '2001:db8::0.0.0.7'])
      expect((await ask(form)).lines).toEqual(lines);
    expect((await ask(name.toUpperCase())).lines).toEqual((await ask(name)).lines);
    expect((await ask(` ${id.toUpperCase()} `)).lines).toEqual((await ask(id)).lines);
  });

  it('tells the other names that stand beside the one that was asked for', async () => {
    const [name = '', id = '', address = ''] = RARE_USERS;
    const [byName, byId, byAddress] = [await ask(name), await ask(id), await ask(address)];
    expect([byName.manifest.otherNames, byId.manifest.otherNames]).toEqual([[id], [name]]);
    expect(byName.readme).toContain(`ASK FOR THESE TOO; records have them beside ${name}: ${id}`);
    expect(byAddress.manifest.otherNames).toEqual([]);
    expect(byAddress.readme).not.toContain('ASK FOR THESE TOO');
  });

  it('looks into fields of their own only where texts are left out, and says so', async () => {
    const [name = ''] = RARE_USERS;
    const [whole, fields] = [await ask(name), await ask(name, '&texts=false')];
    expect(fields.manifest).toMatchObject({ texts: false });
    expect(fields.readme).toContain('texts were NOT looked into');
    expect(whole.manifest.logTypes.find(({ logType }) => logType === 'provisioning')?.records).toBe(2);
    expect(fields.manifest.logTypes.find(({ logType }) => logType === 'provisioning')?.records).toBe(1);
    const calls: StoreCall[] = [];
    await ask(name, '&texts=false', world.instance(recording(calls)));
    expect(opened(calls.filter(({ target }) => target.includes('log=directoryAudits')))).toEqual([]);
  });

  it('keeps to a range, whose every log type it tells the coverage of', async () => {
    const [name = ''] = RARE_USERS;
    const { lines, manifest } = await ask(name, '&from=2026-09-21&to=2026-09-23');
    const isIn = (line: string) => /"\w+DateTime":"2026-09-2[12]T/.test(line);
    expect(sortedLines(lines)).toEqual(
      sortedLines(
        Object.fromEntries(Object.entries(plainSearch(stored, name)).map(([log, all]) => [log, all.filter(isIn)])),
      ),
    );
    for (const { coverage } of manifest.logTypes)
      expect([coverage.from, coverage.to]).toEqual(['2026-09-21T00:00:00.0000000Z', '2026-09-23T00:00:00.0000000Z']);
  });

  it('says how many there are, of which file and with which SHA-256, and in words', async () => {
    const user = RARE_USERS[0] ?? '';
    const { manifest, files, lines, readme } = await ask(user);
    expect(manifest).toMatchObject({ v: 1, user, kind: 'name', from: null, to: null, purpose: 'a test', texts: true });
    expect(manifest.logTypes.map(({ logType }) => logType)).toEqual(world.config.logTypes.map(({ name }) => name));
    expect(manifest.records).toBe(Object.values(lines).flat().length);
    for (const { logType, files: listed = [], records, coverage, lookedIn } of manifest.logTypes) {
      expect(listed.map(({ name }) => name)).toEqual([`${logType}.ndjson`]);
      expect(records).toBe(lines[logType]?.length);
      for (const { name, bytes, sha256 } of listed) {
        const file = files.get(name) ?? Buffer.alloc(0);
        expect([file.length, hash('sha256', file)]).toEqual([bytes, sha256]);
      }
      expect(coverage.entries).toBe(world.check(logType).entries.length);
      expect(readme).toMatch(new RegExp(`${logType} +${records} `));
      expect(lookedIn.fields.length === 0).toBe(
        ['servicePrincipalRiskDetections', 'riskyServicePrincipals'].includes(logType),
      );
    }
    expect([...files.keys()].slice(-2)).toEqual(['manifest.json', 'README.txt']);
  });

  it('is only counted with count=only: the same manifest without files', async () => {
    const user = RARE_USERS[0] ?? '';
    const answer = await callSubjects(world.instance(), `user=${encoded(user)}&count=only`);
    const counted = JSON.parse(String(answer.body)) as SubjectManifest;
    const { manifest } = await ask(user);
    const logTypes = manifest.logTypes.map(({ files: _, ...rest }) => rest);
    const { otherNames: __, ...more } = manifest;
    expect(counted).toEqual({ ...more, logTypes });
    expect(answer.headers['x-archive-records']).toBe(String(manifest.records));
  });

  it.each(['csv', 'json'] as const)('gives files of %s', async (format) => {
    const { files, manifest } = await ask(RARE_USERS[0] ?? '', `&format=${format}`);
    const text = String(files.get(`interactiveSignIns.${format}`));
    const { records = 0 } = manifest.logTypes.find(({ logType }) => logType === 'interactiveSignIns') ?? {};
    expect(records).toBeGreaterThan(0);
    if (format === 'json') expect(JSON.parse(text)).toHaveLength(records);
    else expect(text.trimEnd().split('\r\n')).toHaveLength(records + 1);
  });

  it('breaks off where a segment is missing, without the directory that a zip ends with', async () => {
    const user = RARE_USERS[0] ?? '';
    const lost: Around = async (call, run) => {
      if (call.op === 'get' && /^archive-60d.*log=provisioning/.test(call.target)) throw new Error('the store is gone');
      return run();
    };
    const answer = await callSubjects(world.instance(lost), `user=${encoded(user)}`);
    expect(answer.broken).toBeInstanceOf(Error);
    expect(() => foundIn(answer)).toThrow();
  });
});

describe('a request for access', () => {
  const WHO = 'anna@contoso.example';
  const named = ',"userPrincipalName":"Anna@contoso.example"';

  async function smallWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
    const logTypes = ['interactiveSignIns', 'riskDetections', ACCESS_LOG_TYPE.name];
    const world = createWorld({ logTypes, settings });
    const type = world.logType('interactiveSignIns');
    world.graph.add(
      type.name,
      row(type, 'a', '2026-11-20T02:00:00Z', undefined, named),
      row(type, 'b', '2026-11-20T03:00:00Z'),
    );
    await world.collectAll(type.name);
    return world;
  }

  it.each([
    [{}, 'Purpose needed'],
    [{ 'x-purpose': ' ' }, 'Purpose needed'],
    [{ 'x-purpose': '%' }, 'Bad purpose'],
  ])('with the headers %j is refused before anything is read: %s', async (headers, title) => {
    const world = await smallWorld();
    const calls: StoreCall[] = [];
    const answer = await callSubjects(world.instance(recording(calls)), `user=${WHO}`, { headers });
    expect([answer.status, problemOf(answer).title]).toEqual([400, title]);
    expect(calls).toEqual([]);
  });

  it.each([
    '',
    'user=anna',
    `user=${WHO}&from=2026-11-01`,
    `user=${WHO}&texts=no`,
    `user=${WHO}&count=1`,
    `user=${WHO}&limit=1`,
  ])('of ?%s is a 400 before anything is read', async (query) => {
    const world = await smallWorld();
    const calls: StoreCall[] = [];
    const answer = await callSubjects(world.instance(recording(calls)), query);
    expect([answer.status, calls]).toEqual([400, []]);
    expect(problemOf(answer).detail).toContain('A right example');
  });

  it('leaves a record of who asked for whom, and of what was delivered', async () => {
    const world = accessWorld();
    const answer = await callSubjects(world.instance(), `user=${WHO}&from=2026-11-01&to=2026-11-30`, {
      accessLog: createAccessLog(world.instance()),
    });
    world.advance(3600);
    while ((await collectAccess(world.instance())).more);
    expect([...accessRecords(world).values()]).toEqual([
      expect.objectContaining({
        route: '/api/subjects',
        user: WHO,
        from: '2026-11-01',
        to: '2026-11-30',
        purpose: 'a test',
        outcome: 'complete',
        records: foundIn(answer).manifest.records,
        bytes: answer.body.length,
        sha256: hash('sha256', answer.body),
      }),
    ]);
    expect(answer.headers['content-disposition']).not.toContain('anna');
  });

  it('looks through the access log for whoever may read it, and says that it was skipped to whoever may not', async () => {
    const world = await smallWorld();
    const log = createAccessLog(world.instance());
    await callSubjects(world.instance(), `user=${WHO}&count=only`, { accessLog: log });
    world.advance(3600);
    while ((await collectAccess(world.instance())).more);
    const asked = (roles: readonly ('Archive.Export' | 'Archive.Verify')[]) =>
      callSubjects(world.instance(), `user=${WHO.toUpperCase()}`, { roles });
    const without = await asked(['Archive.Export']);
    expect(without.headers['x-archive-skipped']).toBe('archiveAccess');
    const { manifest, lines, readme, files } = foundIn(without);
    expect(manifest.skipped).toEqual([{ logType: 'archiveAccess', role: 'Archive.Verify' }]);
    expect(readme).toContain('archiveAccess: NOT LOOKED THROUGH');
    expect([lines.archiveAccess, files.has('archiveAccess.ndjson')]).toEqual([undefined, false]);
    const both = await asked(['Archive.Export', 'Archive.Verify']);
    expect(both.headers['x-archive-skipped']).toBeUndefined();
    // Whoever asked is no other name of whom they asked for.
    expect(foundIn(both).manifest.otherNames).toEqual([]);
    const [record, ...more] = foundIn(both).lines.archiveAccess ?? [];
    expect([JSON.parse(record ?? '{}').user, more]).toEqual([WHO, []]);
  });

  it('says which spans are missing and which were deleted with proof, in headers, manifest and words', async () => {
    const world = await smallWorld({ RETENTION_DAYS: '10' });
    const before = await callSubjects(world.instance(), `user=${WHO}`);
    expect(foundIn(before).lines.interactiveSignIns).toHaveLength(1);
    expect(before.headers['x-archive-deleted']).toBeUndefined();
    world.advance(12 * DAY);
    for (let run = 0; run < 2; run += 1) await expire(world);
    const answer = await callSubjects(world.instance(), `user=${WHO}`);
    expect(answer.headers).toMatchObject({ 'x-archive-deleted': '2', 'x-archive-coverage': 'gap' });
    const { manifest, readme, lines } = foundIn(answer);
    const [signIns] = manifest.logTypes;
    expect(lines.interactiveSignIns).toEqual([]);
    expect(signIns).toMatchObject({ records: 0, deleted: 2 });
    expect(signIns?.coverage.spans.map(({ state }) => state)).toEqual(expect.arrayContaining(['deleted', 'gap']));
    expect(readme).toContain(
      'interactiveSignIns: 2 records of this range were deleted with proof after their retention',
    );
    expect(readme).toMatch(/interactiveSignIns: gap from \S+ to \S+/);
  });

  it('looks through a log type that is switched off as long as it has left something', async () => {
    const world = await smallWorld();
    const deps = world.instance();
    const logTypes = deps.config.logTypes.filter(({ name }) => name !== 'interactiveSignIns');
    const off = { ...deps, config: { ...deps.config, logTypes } };
    const { manifest, lines, readme } = foundIn(await callSubjects(off, `user=${WHO}`));
    expect(lines.interactiveSignIns).toHaveLength(1);
    expect(manifest.logTypes.map(({ logType, isOn }) => [logType, isOn])).toEqual([
      ['interactiveSignIns', false],
      ['riskDetections', true],
      ['archiveAccess', true],
    ]);
    expect(readme).toContain('interactiveSignIns: switched off');
    const nothing = { ...deps, config: { ...deps.config, logTypes: logTypes.slice(1) } };
    expect(foundIn(await callSubjects(nothing, `user=${WHO}`)).manifest.neverArchived).toEqual(['riskDetections']);
  });

  it('is an error where one ledger is torn: an answer without it would pass for a whole one', async () => {
    const world = await smallWorld();
    for (let n = 0; n < 2; n += 1) {
      world.advance(DAY);
      await world.collectAll('interactiveSignIns');
    }
    const ledger = world.stores.containers.get('ledger');
    ledger?.delete(`${TENANT_ID}/interactiveSignIns/000000000001.json`);
    world.stores.partitions.clear();
    const answer = await callSubjects(world.instance(), `user=${WHO}`);
    expect([answer.status, problemOf(answer).detail]).toEqual([503, expect.stringContaining('interactiveSignIns')]);
  });
});
