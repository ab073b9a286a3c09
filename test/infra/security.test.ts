/** The properties that the security of a deployment rests on, by name; and that each check can fail. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, declarations, flat, parse, stringsIn, TEMPLATES, textOf } from './bicep.ts';
import { ABSENT, PROPERTIES, type Property } from './properties.ts';

const failing = ({ path, is }: Property, text: string) => {
  const found = flat(at(parse(text), path));
  return found === (is === ABSENT ? undefined : is) ? undefined : (found ?? ABSENT);
};

describe('a deployment', () => {
  it.each(PROPERTIES)('$name', (property) => {
    expect(failing(property, textOf(property.file))).toBeUndefined();
  });

  it.each(PROPERTIES)('is caught when it does not hold: $name', (property) => {
    for (const broken of brokenVersions(property)) expect(failing(property, broken)).toBeDefined();
  });

  it('has at least 25 such properties, each with a name of its own', () => {
    expect(PROPERTIES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(PROPERTIES.map(({ name }) => name)).size).toBe(PROPERTIES.length);
  });
});

/** The template with another value there, and without the property; or, where there should be none, with it. */
function brokenVersions({ file, path, is, inserted }: Property): string[] {
  const text = textOf(file);
  if (is === ABSENT) {
    const [before, what] = inserted ?? ['', ''];
    expect(text).toContain(before);
    return [text.replace(before, `${before}\n${what}`)];
  }
  // Cut in the text that the places were found in: the same but for two letters of one line.
  const [value, property] = [at(parse(text), path), at(parse(text), path, true)];
  if (!value) throw new Error(`${file} has nothing at ${path}`);
  const other = `${text.slice(0, value.startIndex)}'another'${text.slice(value.endIndex)}`;
  return property ? [other, text.slice(0, property.startIndex) + text.slice(property.endIndex)] : [other];
}

describe('rights', () => {
  const all = [...TEMPLATES].flatMap(([file, text]) =>
    declarations(parse(text)).map((each) => ({ file, text, ...each })),
  );
  const assignments = all.filter(({ of }) => of?.startsWith('Microsoft.Authorization/roleAssignments'));

  it('are given on one resource, never on the resource group', () => {
    expect(assignments.length).toBeGreaterThanOrEqual(7);
    const unscoped = assignments.filter(({ text, name }) => !at(parse(text), `${name}.scope`));
    expect(unscoped.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  });

  it('are one of ours, or a role of Azure that is on this list', () => {
    const allowed = [
      '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', // Storage Table Data Contributor: host, and table `state`
      '12338af0-0e69-4776-bea7-57ae8d297424', // Key Vault Crypto User: the signing key
      '3913510d-42f4-4e42-8a64-420c390055eb', // Monitoring Metrics Publisher: Application Insights
      'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', // Storage Blob Data Owner: the host's account
      'ba92f5b4-2d11-453d-a403-e96b0029c9fe', // Storage Blob Data Contributor: container `work`
    ];
    const named = [...TEMPLATES]
      .filter(([file]) => file.includes('/modules/'))
      .flatMap(([, text]) =>
        [...text.matchAll(/'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'/g)].map((match) => match[1]),
      );
    expect([...new Set(named)].sort()).toEqual(allowed);
  });

  it('of the app in immutable containers are to read and to create, and nothing with delete in it', () => {
    const text = textOf('infra/modules/archiveRoles.bicep');
    const rights = (root: string) => stringsIn(at(parse(text), `${root}.properties.permissions.0.dataActions`));
    expect(rights('writerRole')).toEqual([
      '{blobRights}/read',
      "mayOverwrite ? '{blobRights}/write' : '{blobRights}/add/action'",
    ]);
    expect(rights('deleterRole')).toEqual(['{blobRights}/read', '{blobRights}/delete']);
    const actions = (root: string) => stringsIn(at(parse(text), `${root}.properties.permissions.0.actions`));
    expect(actions('writerRole')).toEqual([]);
    expect(actions('deleterRole')).toEqual(['Microsoft.Storage/storageAccounts/blobServices/containers/read']);
    const permissions = flat(at(parse(text), 'writerRole.properties.permissions'));
    expect(permissions).not.toMatch(/delete|\*|move|tags|runAsSuperUser|modifyPermissions/i);
  });

  it('to delete go to the deleter alone, in segments alone, and only where it exists', () => {
    const text = textOf('infra/modules/archiveRoles.bicep');
    const users = assignments.filter(({ node }) => node.text.includes('deleterRole.id'));
    expect(users.map(({ name }) => name)).toEqual(['deleterOfSegments']);
    const assignment = users[0]?.node.text.replace(/\s+/g, ' ');
    expect(assignment).toContain('in segmentContainers: if (!empty(deleterPrincipalId))');
    expect(flat(at(parse(text), 'deleterOfSegments.scope'))).toBe('segments[index]');
    expect(flat(at(parse(text), 'deleterOfSegments.properties.principalId'))).toBe('deleterPrincipalId');
    // What was made of segments the app clears itself, and the alert on deletes lets it.
    expect(flat(at(parse(text), 'writerOfWork.properties.principalId'))).toBe('appPrincipalId');
    const query = readFileSync('infra/queries/deletes.kql', 'utf8');
    expect(query).toContain("where not(RequesterObjectId == '{app}' and ObjectKey startswith '/{account}/work/')");
  });
});

describe('an immutable container', () => {
  it('has a policy unless the one that it has is locked, whichever it is and whenever it came', () => {
    const root = parse(textOf('infra/modules/immutableContainers.bicep'));
    const loop = (name: string) => flat(declarations(root).find((each) => each.name === name)?.node);
    expect(loop('containers')).toContain('for policy in policies: {');
    expect(loop('immutability')).toContain(
      'for (policy, index) in policies: if (!contains(lockedContainers, policy.name)) { parent: containers[index]',
    );
  });
});

describe('what moves or removes blobs by rule', () => {
  it('is one policy, and it is for segments', () => {
    const policies = [...TEMPLATES].filter(([, text]) => text.includes('storageAccounts/managementPolicies@'));
    expect(policies.map(([file]) => file)).toEqual(['infra/modules/immutableContainers.bicep']);
    const filters = flat(at(parse(policies[0]?.[1] ?? ''), 'tiering.properties.policy.rules.0.definition.filters'));
    expect(filters).toBe("{ blobTypes: ['blockBlob'], prefixMatch: ['archive-'] }");
  });
});

describe('a secret', () => {
  it('is nowhere: no key is listed, no secure parameter asked for, no password set', () => {
    const found = [...TEMPLATES].flatMap(([file, text]) =>
      [
        ...text.matchAll(
          /list(Account|Service)?(Keys|Sas)\b|listSecrets|@secure|AccountKey=|SharedAccess|passwordCredentials/gi,
        ),
      ].map((match) => `${file}: ${match[0]}`),
    );
    expect(found).toEqual([]);
  });
});
