/** What the routes of proof answer of a ledger that was pulled is judged by Go and by openssl, as it was answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLedgers } from '../../shared/checkpoint.ts';
import { pull } from '../../shared/pull.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';
import { type Judges, startJudges } from '../support/goJudge.ts';
import { getProof } from '../support/integrityCalls.ts';
import { newSigner, signingInstance, signingWith, storedEntries } from '../support/signingWorld.ts';

const AUDITS = 'directoryAudits';
const PULLS = 300;
const signer = newSigner();
let judges: Judges;
let world: World;
let keys: { noteKey: string; pem: string; spki: string }[];

beforeAll(async () => {
  judges = startJudges();
  const { world: made, type } = worldOf(AUDITS, { sourceDays: 7 });
  world = made;
  world.graph.add(AUDITS, ...rows(type, 400, '2026-11-19T00:00:00Z', 1500));
  const signal = new AbortController().signal;
  for (let n = 0; n < PULLS; n += 1) {
    await pull(world.instance(), type.budget, signal);
    if (n % 60 === 59) await signLedgers(signingInstance(world, signingWith(signer)), signal);
    world.advance(900);
  }
  const [ledger] = JSON.parse((await getProof(world, 'keys')).body).ledgers;
  keys = ledger.keys;
}, 600_000);
afterAll(() => judges.close());

const noteKeys = () => keys.map(({ noteKey }) => noteKey);
const sizes = () =>
  [...(world.stores.containers.get('ledger') ?? new Map()).keys()]
    .filter((name) => name.includes(`/${AUDITS}/checkpoints/`))
    .map((name) => Number(name.slice(-12)))
    .sort((a, b) => a - b);

async function answers(paths: readonly string[]) {
  const found = [];
  for (const path of paths) {
    const { status, body } = await getProof(world, path);
    expect([path, status]).toEqual([path, 200]);
    found.push({ body, keys: noteKeys() });
  }
  return found;
}

describe('the answers of a pulled ledger', () => {
  it('prove to Go every entry that they carry, and none that was changed', async () => {
    const signed = sizes().at(-1) ?? 0;
    const entries = storedEntries(world, AUDITS).slice(0, signed);
    expect(signed).toBeGreaterThan(300);
    const proofs = await answers(entries.map((_entry, seq) => `proofs/entry/${AUDITS}/${seq}`));
    const extras = proofs.map(({ body }) => Buffer.from(/^extra (.*)$/m.exec(body)?.[1] ?? '', 'base64').toString());
    expect(extras).toEqual(entries.map((entry) => entry.toString()));
    expect(judges.go({ proofs }).proofs).toEqual(entries.map(() => 'ok'));
    const carried = (n: number) => extras[n] as string;
    const wrong = proofs.slice(1).map(({ body }, n) => ({
      body: body.replace(/^extra .*$/m, `extra ${Buffer.from(carried(n)).toString('base64')}`),
      keys: noteKeys(),
    }));
    expect(judges.go({ proofs: wrong }).proofs).not.toContain('ok');
  });

  it('prove to Go that every checkpoint continues every earlier one, and not by a changed proof', async () => {
    const all = sizes();
    const pairs = all.flatMap((from) => all.filter((to) => to > from).map((to) => [from, to]));
    expect(pairs.length).toBe(10);
    const consistencies = await answers(
      pairs.map(([from, to]) => `proofs/consistency/${AUDITS}?from=${from}&to=${to}`),
    );
    expect(judges.go({ consistencies }).consistencies).toEqual(pairs.map(() => 'ok'));
    const wrong = consistencies.map(({ body }) => {
      const told = JSON.parse(body);
      return { body: JSON.stringify({ ...told, proof: told.proof.toReversed() }), keys: noteKeys() };
    });
    expect(judges.go({ consistencies: wrong }).consistencies).not.toContain('ok');
  });

  it('are checkpoints that openssl and Go take by the keys that the route of keys tells', async () => {
    const notes = await answers(sizes().map((size) => `checkpoints/${AUDITS}/${size}`));
    const [{ spki = '' } = {}] = keys;
    for (const { body } of notes) expect(judges.openssl(body, Buffer.from(spki, 'base64'))).toBe('Verified OK\n');
    const opened = judges.go({ notes: notes.map(({ body, keys }) => ({ note: body, keys })) }).notes;
    expect(opened).toEqual(notes.map(({ body }) => ({ text: `${body.split('\n\n')[0]}\n`, signed: 1, error: '' })));
    expect(keys.length).toBe(1);
  });
});
