/** The app registration and the alerts are written in several places: each must say what the others say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AZURE_CLI, ROLES, SCOPE } from '../../dev/deploy/registrationTable.ts';

const textOf = (file: string) => readFileSync(file, 'utf8');

describe('the app registration', () => {
  it.each(['infra/identity/registration.bicep', 'infra/identity.sh'])(
    'has in %s the ids of roles, scope and CLI that the deployment gives them',
    (file) => {
      const text = textOf(file);
      for (const { id, value, description } of ROLES) {
        const line = text.split('\n').find((each) => each.includes(id)) ?? '';
        expect([line.includes(value), line.includes(description)]).toEqual([true, true]);
      }
      expect([text.includes(SCOPE.id), text.includes(AZURE_CLI)]).toEqual([true, true]);
    },
  );
});

describe("the operator's guide", () => {
  const guide = textOf('docs/OPERATIONS.md');
  const chapter = guide.slice(guide.indexOf('\n## Alerts\n'), guide.indexOf('\n## What it costs\n'));
  const rows = [...chapter.matchAll(/^\| `([a-z-]+)` \| (\S.+) \| (\S.+) \|$/gm)];

  it('says of each alert in a row of its table what it means and what to do, and of no other', () => {
    const keys = [...textOf('infra/modules/alerts.bicep').matchAll(/\bkey: '([a-z-]+)'/g)].map(([, key = '']) => key);
    expect(keys.length).toBeGreaterThanOrEqual(15);
    expect(rows.map(([, name]) => name).sort()).toEqual([...keys, 'availability', 'protection'].sort());
  });
});
