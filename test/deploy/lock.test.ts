/** Locking, against a CLI that writes down what it is asked. */
import { afterAll, describe, expect, it } from 'vitest';
import { type Rule, stubAz } from './stub.ts';

const SCRIPT = 'dev/deploy/lock.ts';
const ACCOUNT = 'stelaaabcdefghijklm';
const az = stubAz();
afterAll(() => az.remove());

function policy(container: string, days: number, state: string): Rule {
  return {
    call: `immutability-policy show --container-name ${container} `,
    answer: { etag: `"${container}-etag"`, immutabilityPeriodSinceCreationInDays: days, state },
  };
}

const PLACE: readonly Rule[] = [
  { call: '^storage account list', answer: [{ name: ACCOUNT }, { name: 'stelahabcdefghijklm' }, { name: 'other' }] },
  { call: '^storage container-rm list', answer: [{ name: 'work' }, { name: 'ledger' }, { name: 'archive-365d' }] },
  { call: 'immutability-policy lock', answer: {} },
];
const OPEN = [...PLACE, policy('ledger', 730, 'Unlocked'), policy('archive-365d', 365, 'Unlocked')];
const group = ['--resource-group', 'logs'];
const locks = (calls: readonly string[]) => calls.filter((call) => call.includes('immutability-policy lock'));

describe('locking', () => {
  it('locks nothing without the flag, shows containers and days, and says what locking means', async () => {
    const { code, stdout, calls } = await az.run(SCRIPT, group, OPEN);
    expect(code).toBe(1);
    expect(locks(calls)).toEqual([]);
    expect(stdout).toMatch(/ledger +730 days, not locked/);
    expect(stdout).toMatch(/archive-365d +365 days, not locked/);
    expect(stdout).toContain('Nobody can shorten or remove a locked policy');
    expect(stdout).toContain('--confirm-irreversible');
    expect(stdout).not.toContain('work ');
  });

  it('locks each policy as it was shown, by its ETag', async () => {
    const { code, calls } = await az.run(SCRIPT, [...group, '--confirm-irreversible'], OPEN);
    expect(code).toBe(0);
    expect(locks(calls).map((call) => call.replace(/^.*--container-name /, ''))).toEqual([
      'archive-365d --if-match "archive-365d-etag"',
      'ledger --if-match "ledger-etag"',
    ]);
  });

  it('leaves alone what is locked, and says so', async () => {
    const rules = [...PLACE, policy('ledger', 730, 'Locked'), policy('archive-365d', 365, 'Unlocked')];
    const { stdout, calls } = await az.run(SCRIPT, [...group, '--confirm-irreversible'], rules);
    expect(stdout).toMatch(/ledger +730 days, locked already/);
    expect(locks(calls)).toHaveLength(1);
    const again = [...PLACE, policy('ledger', 730, 'Locked'), policy('archive-365d', 365, 'Locked')];
    const second = await az.run(SCRIPT, group, again);
    expect([second.code, locks(second.calls)]).toEqual([0, []]);
  });

  it('locks only the containers that are named', async () => {
    const { calls } = await az.run(SCRIPT, [...group, '--container', 'ledger', '--confirm-irreversible'], OPEN);
    expect(locks(calls).map((call) => /--container-name (\S+)/.exec(call)?.[1])).toEqual(['ledger']);
  });

  it.each<[string, readonly string[], readonly Rule[], RegExp]>([
    ['no resource group', [], OPEN, /--resource-group is missing/],
    ['an unknown flag', ['--lock'], OPEN, /Unknown option '--lock'/],
    ['no archive there', group, [{ call: 'account list', answer: [] }], /has no archive.*\n.*--account/],
    [
      'two archives',
      group,
      [{ call: 'account list', answer: [{ name: ACCOUNT }, { name: 'stotheraabcdefghijklm' }] }],
      /several archives \(stela.*--account/s,
    ],
    ['a container that is not there', [...group, '--container', 'x'], OPEN, /no immutable container 'x'/],
    [
      'a container without a policy',
      [...group, '--confirm-irreversible'],
      [...PLACE, policy('ledger', 0, ''), policy('archive-365d', 365, 'Locked')],
      /no policy on ledger/,
    ],
    [
      'a policy that changed meanwhile',
      [...group, '--confirm-irreversible'],
      [{ call: 'policy lock', refuses: '(ConditionNotMet) The condition is not met' }, ...OPEN],
      /ConditionNotMet/,
    ],
    ['nobody signed in', group, [{ call: '', refuses: "Please run 'az login' to setup account." }], /not signed in/],
  ])('ends with a clear error: %s', async (_what, args, rules, words) => {
    const { code, stderr, calls } = await az.run(SCRIPT, args, rules);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    if (!rules.some(({ refuses }) => refuses?.includes('ConditionNotMet'))) expect(locks(calls)).toEqual([]);
  });
});
