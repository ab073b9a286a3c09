/** Every template is Bicep, says what its parameters are, and is used. */
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declarations, nodes, parse, syntaxErrors, TEMPLATES, textOf } from './bicep.ts';

const PATHS = [...TEMPLATES.keys()];
/** What is deployed by itself: everything else is reached from one of these. */
const ENTRIES = ['infra/identity/identity.bicep', 'infra/main.bicep'];

function modulesOf(path: string): { path: string; given: string[] }[] {
  return declarations(parse(textOf(path)))
    .filter(({ kind }) => kind === 'module')
    .map(({ of, node }) => ({ path: join(dirname(path), of ?? ''), given: [...paramsGiven(node.text)] }));
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

  it('comes from this folder: no module of a registry, which could not be checked here', () => {
    expect(PATHS.filter((path) => /^module .*'(br|ts)[:/]/m.test(textOf(path)))).toEqual([]);
  });
});
