/** The watch over secrets in the whole suite: that it looks into everything, and that a run which shows one fails. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTokenIssuer } from '../dev/tokenIssuer/issuer.ts';
import { CANARIES, canaryEnvironment, secretsIn } from './support/canaries.ts';
import { OID, sign } from './support/tokens.ts';

const CONFIG = 'test/support/leaking/vitest.config.ts';

describe('the watch over secrets', () => {
  it.each(Object.entries(CANARIES))('finds %s within other bytes, deflated or not', (name, secret) => {
    const bytes = Buffer.from(`{"before":1,"x":"${secret}","after":2}`);
    expect(secretsIn(bytes)).toEqual([name]);
    expect(secretsIn(gzipSync(bytes))).toEqual([name]);
    expect(secretsIn(Buffer.from(secret.slice(1)))).toEqual([]);
  });

  it("finds the token of whoever asks, as the tests' own issuers sign it", async () => {
    expect(secretsIn(`{"authorization":"Bearer ${await sign({})}"}`)).toEqual(['token']);
    const issuer = await startTokenIssuer({ tenantId: OID, clock: { now: Date.now } });
    expect(secretsIn(await issuer.sign('user', { oid: OID, roles: [] }))).toEqual(['token']);
    await issuer.close();
  });

  it('is on in this very process, and in every project of the suite', () => {
    expect(process.env.CANARY_FOLDER).toBeDefined();
    expect(process.env.AZURE_CLIENT_SECRET).toBe(CANARIES.clientSecret);
    const config = readFileSync('vitest.config.ts', 'utf8');
    const projects = config.match(/name: '(unit|stack|interop)'/g) ?? [];
    expect(config.match(/setupFiles: \['test\/support\/canaryWatch\.ts'\]/g)).toHaveLength(projects.length);
    expect(projects).toHaveLength(3);
  });

  it('goes with the environment into the processes that tests start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
    const env = { ...canaryEnvironment(), CANARY_FOLDER: folder };
    const script = 'process.stdout.write(process.env.AZURE_CLIENT_SECRET)';
    expect(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env }).stdout).toBe(CANARIES.clientSecret);
    const hits = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(hits).toEqual([expect.stringMatching(/^Error: clientSecret in a log\n/)]);
    rmSync(folder, { recursive: true });
  });

  it('fails a run that shows secrets although all its tests pass, and names the places', () => {
    const { CANARY_FOLDER: _, ...env } = process.env;
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', CONFIG];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    const printed = stdout + stderr;
    expect(printed).toContain('4 passed');
    expect(status).not.toBe(0);
    expect(printed).toContain('Secrets were shown');
    for (const hit of ['accountKey in a log', 'bearer in an answer', 'sas in a blob', 'clientSecret in a row']) {
      expect(printed).toContain(hit);
    }
    expect(printed).toMatch(/at .*leaking\/leak\.ts:\d+/);
  });
});
