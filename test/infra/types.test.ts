/**
 * Templates against Azure's published resource types, which lie beside a clone in CI. Some types are not among them; which,
 * and that nothing else is wrong with the templates that use them, is written down here.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { declarations, parse, TEMPLATES } from './bicep.ts';

const CHECKER = '../shared/tools/bicep-check.mjs';

/** The resource types that the published data does not have, or not in this version, by template. */
const UNTYPED: Readonly<Record<string, readonly string[]>> = {
  'infra/modules/untyped/activityAlerts.bicep': ['Microsoft.Insights/activityLogAlerts@2020-10-01'],
  'infra/modules/untyped/privateZones.bicep': [
    'Microsoft.Network/privateDnsZones@2024-06-01',
    'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01',
  ],
  'infra/identity/identity.bicep': ['Microsoft.Graph/servicePrincipals@v1.0', 'Microsoft.Graph/appRoleAssignedTo@v1.0'],
  'infra/identity/registration.bicep': ['Microsoft.Graph/applications@v1.0', 'Microsoft.Graph/servicePrincipals@v1.0'],
};

/** What the checker says of a line that names an extension: its grammar is older. */
const OF_AN_EXTENSION = [
  'syntax: "extension microsoftGraphV1"',
  'undeclared symbol "extension"',
  'undeclared symbol "microsoftGraphV1"',
];

/** Errors without the places, and without what the data has instead. */
function errorsIn(checker: string, files: readonly string[]): string[] {
  const { stdout } = spawnSync(process.execPath, [checker, ...files], { encoding: 'utf8' });
  return [...stdout.matchAll(/^(\S+?):\d+:\d+ error ([^;\n]+)/gm)].map(([, file, error]) => `${file} ${error}`).sort();
}

it('covers every template: with types, or named here with those that are missing', () => {
  const globs = /bicep-check\.mjs (infra\/\S+(?: infra\/\S+)*)/.exec(readFileSync('.ci/run', 'utf8'))?.[1]?.split(' ');
  const checked = globSync(globs ?? []);
  expect(checked.length).toBeGreaterThan(10);
  expect([...checked, ...Object.keys(UNTYPED)].sort()).toEqual([...TEMPLATES.keys()].sort());
  for (const [file, types] of Object.entries(UNTYPED)) {
    const used = declarations(parse(TEMPLATES.get(file) ?? '')).flatMap(({ kind, of }) =>
      kind === 'resource' ? of : [],
    );
    expect(used).toEqual(expect.arrayContaining([...types]));
  }
  for (const checker of globSync(CHECKER)) {
    expect(errorsIn(checker, checked)).toEqual([]);
    const expected = Object.entries(UNTYPED).flatMap(([file, types]) => [
      ...types.map((type) => `${file} unknown resource type ${type}`),
      ...(file.startsWith('infra/identity/') ? OF_AN_EXTENSION.map((error) => `${file} ${error}`) : []),
    ]);
    expect(errorsIn(checker, Object.keys(UNTYPED))).toEqual(expected.sort());
  }
});
