/** Every template is Bicep, says what its parameters are, and is used. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSaid } from '../../dev/deploy/said.ts';
import { at, declarations, literalOf, nodes, parse, syntaxErrors, TEMPLATES, textOf } from './bicep.ts';

const PATHS = [...TEMPLATES.keys()];
/** What is deployed by itself: everything else is reached from one of these. */
const ENTRIES = ['infra/identity/identity.bicep', 'infra/main.bicep'];

function modulesOf(path: string): { path: string; given: string[] }[] {
  return declarations(parse(textOf(path)))
    .filter(({ kind }) => kind === 'module')
    .map(({ of, node }) => ({ path: join(dirname(path), of ?? ''), given: [...paramsGiven(node.text)] }));
}

function outputsOf(path: string): string[] {
  return declarations(parse(textOf(path)))
    .filter(({ kind }) => kind === 'output')
    .map(({ name }) => name);
}

function paramsGiven(text: string): Set<string> {
  const params = declarations(parse(`var m = ${text.slice(text.indexOf('{'))}`))[0];
  const given =
    params && nodes(params.node).find((node) => node.type === 'object_property' && /^params\b/.test(node.text));
  const object = given?.namedChildren.at(-1);
  return new Set(object?.namedChildren.flatMap((child) => child?.namedChildren[0]?.text ?? []));
}

describe('every template', () => {
  it.each(PATHS)('%s is Bicep', (path) => {
    expect(syntaxErrors(parse(textOf(path)))).toEqual([]);
  });

  it('is not, when a brace is missing', () => {
    expect(syntaxErrors(parse(textOf('infra/main.bicep').replace('= {', '=')))).not.toEqual([]);
  });

  it.each(PATHS)('%s describes every parameter', (path) => {
    const params = declarations(parse(textOf(path))).filter(({ kind }) => kind === 'parameter');
    const silent = params.filter(({ decorators }) => !/@description\('.{4,}'\)/s.test(decorators));
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(params.length).toBeGreaterThan(0);
  });

  it('main.bicep describes every output too', () => {
    const outputs = declarations(parse(textOf('infra/main.bicep'))).filter(({ kind }) => kind === 'output');
    expect(outputs.filter(({ decorators }) => !decorators.includes('@description(')).map(({ name }) => name)).toEqual(
      [],
    );
    expect(outputs.length).toBeGreaterThan(10);
  });

  it('is reached from main.bicep or identity.bicep, and every module that they name is there', () => {
    const reached = new Set(ENTRIES);
    for (const path of reached) for (const module of modulesOf(path)) reached.add(module.path);
    expect([...reached].sort()).toEqual(PATHS);
  });

  it('is given every parameter that it asks for, and no other', () => {
    const wrong = PATHS.flatMap(modulesOf).flatMap(({ path, given }) => {
      const asked = declarations(parse(textOf(path))).filter(({ kind }) => kind === 'parameter');
      const names = asked.map(({ name }) => name);
      const missing = asked.filter(({ name, node }) => !given.includes(name) && !node.text.includes('='));
      return [...given.filter((name) => !names.includes(name)), ...missing.map(({ name }) => name)].map(
        (name) => `${path}: ${name}`,
      );
    });
    expect(wrong).toEqual([]);
  });

  it('reads no output that its module does not have', () => {
    const wrong = PATHS.flatMap((path) => {
      const modules = new Map(
        declarations(parse(textOf(path)))
          .filter(({ kind }) => kind === 'module')
          .map(({ name, of }) => [name, join(dirname(path), of ?? '')]),
      );
      return [...textOf(path).matchAll(/\b(\w+)!?\.outputs\.(\w+)/g)]
        .filter(([, module = '', output]) => !outputsOf(modules.get(module) ?? '').includes(output ?? ''))
        .map(([used]) => `${path}: ${used}`);
    });
    expect(wrong).toEqual([]);
    expect(outputsOf('infra/modules/identities.bicep')).toContain('appPrincipalId');
  });

  it('comes from this folder: no module of a registry, which could not be checked here', () => {
    expect(PATHS.filter((path) => /^module .*'(br|ts)[:/]/m.test(textOf(path)))).toEqual([]);
  });
});

describe('main.bicep', () => {
  const main = declarations(parse(textOf('infra/main.bicep')));
  const params = main.filter(({ kind }) => kind === 'parameter');
  const docs = readFileSync('docs/INFRASTRUCTURE.md', 'utf8');

  it('asks for a name, an address for alerts and an application id, and for nothing else', () => {
    const required = params.filter(({ node }) => !/ = |\?$/.test(node.text));
    expect(required.map(({ name }) => name)).toEqual(['name', 'alertEmail', 'authClientId']);
  });

  it('says what an instance of each size costs', () => {
    const { decorators = '' } = params.find(({ name }) => name === 'instanceMemoryMB') ?? {};
    const sizes = /@allowed\(\[(.*?)\]\)/.exec(decorators)?.[1]?.split(', ') ?? [];
    expect(sizes).toEqual(['512', '2048', '4096']);
    for (const size of sizes) expect(decorators).toMatch(new RegExp(`USD with ${size}`));
  });

  it('has each parameter in the table of docs/INFRASTRUCTURE.md, which has no other', () => {
    const table = docs.slice(docs.indexOf('## Parameters'), docs.indexOf('### Tiers'));
    const rows = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`(\w+)`/g)]);
    const missing = params.map(({ name }) => name).filter((name) => !rows.some((row) => row[1] === name));
    expect(missing).toEqual([]);
    expect(rows.length).toBe(params.length);
  });

  it('has an example of a file of parameters, of which the deployment takes each', () => {
    const names = readSaid(['infra/main.parameters.example.json']).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !params.some((param) => param.name === name))).toEqual([]);
  });

  it('has defaults that can be compared with what was deployed: values, save the region', () => {
    const defaults = params.map(({ name }) => [name, literalOf(at(parse(textOf('infra/main.bicep')), name))] as const);
    const reckoned = defaults.filter(([, value]) => typeof value === 'string' && value.startsWith('['));
    expect(reckoned).toEqual([['location', '[resourceGroup().location]']]);
  });

  it('has every alert in docs/INFRASTRUCTURE.md, by the name of its rule', () => {
    const keys = [...textOf('infra/modules/alerts.bicep').matchAll(/key: '([\w-]+)'/g)].map((match) => match[1] ?? '');
    const table = docs.slice(docs.indexOf('\n## Alerts\n'), docs.indexOf('\n## How it is checked\n'));
    const rows = [...table.matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*) \| [\d, ]* ?\| \S/gm)].map(
      ([, names = '']) => names,
    );
    const named = rows.flatMap((names) => [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
    expect(keys.length).toBeGreaterThan(15);
    expect(named.sort()).toEqual([...keys, 'availability', 'protection'].sort());
  });
});
