/** A share of the tamper campaign; `npm run tamper -- --mutations 20000` runs as much as one likes. */
import { describe, expect, it } from 'vitest';
import { newCampaign } from '../tamper/campaign.ts';

describe('the verifier', () => {
  it('notices every change of every kind, names its place, and never crashes', async () => {
    const campaign = await newCampaign();
    expect(campaign.kinds.length).toBeGreaterThanOrEqual(12);
    for (let seed = 1; seed <= campaign.kinds.length * 6; seed += 1) {
      const { kind, miss } = await campaign.run(seed);
      expect({ seed, kind, miss }).toEqual({ seed, kind, miss: undefined });
    }
  });

  it('has nothing to say of the archive as it is', async () => {
    const campaign = await newCampaign();
    for (let n = 0; n < 4; n += 1) expect(await campaign.clean(n)).toMatchObject({ verdict: 'proved', findings: [] });
    for (const report of await campaign.cleanBundles())
      expect(report).toMatchObject({ verdict: 'proved', findings: [] });
  });
});
