/** A share of the fuzz campaign (`npm run fuzz`), and that its judges see what is wrong. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Asked, Sent } from '../fuzz/app.ts';
import { CONTENT } from '../fuzz/archive.ts';
import { HOSTILE } from '../fuzz/hostile.ts';
import { faultsOf } from '../fuzz/judge.ts';
import { grammarOf } from '../fuzz/names.ts';
import { BAD_RANGES } from '../fuzz/ranges.ts';
import { curated } from '../fuzz/requests.ts';
import { canaryEnvironment } from '../support/canaries.ts';

describe('requests that nobody should send', () => {
  it('are answered as they should be, 1,500 random ones and every 11th of each hostile text in each parameter', () => {
    const seed = String(Math.floor(Math.random() * 2 ** 31));
    const args = ['test/fuzz/main.ts', '--curated', '11', '--requests', '1500', '--seed', seed];
    const env = { ...process.env, ...canaryEnvironment() };
    const { status, stdout: printed, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    expect(status === 0 ? '' : printed + stderr).toBe('');
    expect(printed).toContain(`seed ${seed}`);
    // Were nothing let in, nothing would reach the storage, and the campaign would prove nothing.
    expect(Number(/^200 +(\d+)$/m.exec(printed)?.[1])).toBeGreaterThan(100);
    expect(Number(/, (\d+) storage names/.exec(printed)?.[1])).toBeGreaterThan(30);
  });

  it('are many, each once', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThan(100);
    const targets = new Set([...curated()].map(({ method, target, body }) => `${method} ${target} ${body}`));
    expect(targets.size).toBeGreaterThan(10_000);
    expect(new Set(BAD_RANGES.map(String)).size).toBeGreaterThanOrEqual(100);
  });
});

describe('the judge of answers', () => {
  const KEPT = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  const sent: Sent = { method: 'GET', target: '/api/logs/x', headers: {} };
  const document = { type: 'about:blank', title: 'Bad', status: 400, detail: 'Do this.', instance: 'urn:uuid:an-id' };
  const refusal: Asked = {
    route: 'logs',
    id: 'an-id',
    status: 400,
    headers: { ...KEPT, 'content-type': 'application/problem+json' },
    text: JSON.stringify(document),
    thrown: undefined,
  };
  const graph = { error: { code: 'BadRequest', message: 'No.', innerError: { 'request-id': 'an-id' } } };
  const ofGraph: Asked = {
    ...refusal,
    route: 'graph',
    headers: { ...KEPT, 'content-type': 'application/json' },
    text: JSON.stringify(graph),
  };

  it('finds no fault with a refusal in the words of its route', () => {
    expect(faultsOf(sent, refusal)).toEqual([]);
    expect(faultsOf(sent, ofGraph)).toEqual([]);
  });

  const withText = (member: object): Asked => ({ ...refusal, text: JSON.stringify({ ...document, ...member }) });
  it.each<[string, Asked]>([
    ['a 500', { ...refusal, status: 500 }],
    ['a handler that throws', { ...refusal, thrown: new Error('x') }],
    ['a header that a client could break', { ...refusal, headers: { ...refusal.headers, link: 'a\r\nb' } }],
    ['no word about caching', { ...refusal, headers: { ...refusal.headers, 'cache-control': '' } }],
    ['a type that may be guessed', { ...refusal, headers: { ...refusal.headers, 'x-content-type-options': '' } }],
    ['another id', withText({ instance: 'urn:uuid:other' })],
    ['another status in the document', withText({ status: 404 })],
    ['no detail', withText({ detail: '' })],
    ['a stack', withText({ detail: 'Error: x\n    at handle (a.js:1:2)' })],
    ['a path of the code', withText({ detail: 'in /app/dist/functions/main.js' })],
    ['content of a record', withText({ detail: CONTENT })],
    ['text that is no document', { ...refusal, text: 'Bad Request' }],
    ["a problem document in the place of Graph's error", { ...ofGraph, text: refusal.text }],
  ])('sees %s', (_, asked) => {
    expect(faultsOf(sent, asked)).not.toEqual([]);
  });
});

describe('the grammar of storage names', () => {
  const TENANT = '3f0c8a52-6f1b-4c57-9d1e-8b2a7c4d5e60';
  const isKnown = grammarOf(TENANT, ['directoryAudits']);

  it.each([
    ['get', `ledger/${TENANT}/directoryAudits/000000000001.json`],
    ['list', `ledger/${TENANT}/directoryAudits/checkpoints/`],
    ['row', `${TENANT}|directoryAudits/watermark`],
  ] as const)('knows %s %s', (op, target) => {
    expect(isKnown({ op, target })).toBe(true);
  });

  it.each([
    ['get', `ledger/${TENANT}/directoryAudits/../../x`],
    ['get', `ledger/${TENANT}/riskyUsers/000000000001.json`],
    ['get', `ledger/${TENANT}/directoryAudits/000000000001.json\n`],
    ['put', 'archive-30d/x'],
    ['list', `ledger/${TENANT}/`],
    ['row', `${TENANT}|directoryAudits|x/watermark`],
    ['row', `${TENANT}|directoryAudits/request|' or 1 eq 1`],
    ['commit', 'budget/reports'],
  ] as const)('does not know %s %s', (op, target) => {
    expect(isKnown({ op, target })).toBe(false);
  });
});
