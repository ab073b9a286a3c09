import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, SETTING_NAMES } from '../shared/config.ts';
import { LOG_TYPES } from '../shared/logTypes.ts';

describe('local.settings.sample.json', () => {
  const sample: Record<string, string> = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')).Values;

  it('works as it stands', () => {
    const config = readConfig(sample);
    expect(config.graphBaseUrl).toBe('https://graph.microsoft.com');
    expect(config.authMode).toBe('none');
  });

  it('says what the app does anyway, where there is a default', () => {
    const { authMode: _, signingKey: key, ...ours } = readConfig(sample);
    const {
      authMode: __,
      signingKey: none,
      ...defaults
    } = readConfig({
      TENANT_ID: sample.TENANT_ID,
      ArchiveStorage: sample.ArchiveStorage,
      AUTH_AUDIENCE: sample.AUTH_AUDIENCE,
    });
    expect([key, none]).toEqual([{ pemPath: '.local/signing-key.pem' }, undefined]);
    expect({ ...ours, retentionDays: undefined }).toEqual({ ...defaults, retentionDays: undefined });
    const kept = [...LOG_TYPES.keys()].map((name) => [ours.retentionDays(name), defaults.retentionDays(name)]);
    expect(kept.every(([sampled, byDefault]) => sampled === byDefault)).toBe(true);
  });

  it('lists every setting but those of an identity, of a key that was replaced and of a simulation', () => {
    const listed = new Set(Object.keys(sample).map((name) => name.replace(/__(?!blob|table).*/, '')));
    const absent = SETTING_NAMES.filter((name) => !listed.has(name));
    expect(absent.toSorted()).toEqual([
      'AZURE_CLIENT_ID',
      'ArchiveStorage__blobServiceUri',
      'ArchiveStorage__tableServiceUri',
      'EXPIRE_CLIENT_ID',
      'SIGNING_KEY_PREVIOUS',
      'SIMULATED_CLOCK',
    ]);
  });

  it('lists nothing that nobody reads', () => {
    const elsewhere = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage', 'PULL_SCHEDULE'];
    const unread = Object.keys(sample).filter(
      (name) => !SETTING_NAMES.includes(name.replace(/__(?!blob|table).*/, '')),
    );
    expect(unread.toSorted()).toEqual(elsewhere.toSorted());
  });
});
