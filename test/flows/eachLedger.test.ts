/** Going through the ledgers: each by itself, and no further when the host shuts down. */
import { describe, expect, it } from 'vitest';
import { eachLedger } from '../../shared/eachLedger.ts';
import { createWorld } from '../support/flowHarness.ts';

const deps = createWorld({ logTypes: ['directoryAudits', 'provisioning', 'riskyUsers'] }).instance();

/** Goes through the ledgers; `at` the second one the host shuts down, and `meets` is thrown. */
async function stoppedAtSecond(meets: (reason: unknown) => unknown) {
  const host = new AbortController();
  const [tried, noted]: [string[], unknown[]] = [[], []];
  const step = async ({ name }: { name: string }) => {
    tried.push(name);
    if (tried.length < 2) return;
    host.abort();
    throw meets(host.signal.reason);
  };
  const failed = await eachLedger(deps, host.signal, step, async (_logType, error) => void noted.push(error));
  return { tried, failed, noted };
}

describe('a step with each ledger', () => {
  it('that fails is noted, and reaches no other', async () => {
    const [tried, noted]: [string[], unknown[]] = [[], []];
    const step = async ({ name }: { name: string }) => {
      tried.push(name);
      if (name === 'provisioning') throw new Error('no answer');
    };
    const never = new AbortController().signal;
    const failed = await eachLedger(deps, never, step, async ({ name }, error) => void noted.push([name, error]));
    expect([failed, noted]).toEqual([['provisioning'], [['provisioning', new Error('no answer')]]]);
    expect(tried).toEqual(deps.config.everyLogType.map(({ name }) => name));
  });

  it('that is stopped is no failure, and the rest is left', async () => {
    const { tried, failed, noted } = await stoppedAtSecond((reason) => reason);
    expect([tried.length, failed, noted]).toEqual([2, [], []]);
  });

  it('that meets something else while the host shuts down is a failure all the same', async () => {
    const { tried, failed, noted } = await stoppedAtSecond(() => new Error('torn'));
    expect([tried.length, failed, noted]).toEqual([2, [tried[1]], [new Error('torn')]]);
  });
});
