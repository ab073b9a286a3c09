/** Bicep as a syntax tree, and the way to one value in it. There is no compiler that runs without a network. */
import { globSync, readFileSync } from 'node:fs';
import { Language, type Node, Parser } from 'web-tree-sitter';

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load('node_modules/tree-sitter-bicep/tree-sitter-bicep.wasm'));

/** Every template, by path from the root of the project. */
export const TEMPLATES: ReadonlyMap<string, string> = new Map(
  globSync('infra/**/*.bicep')
    .sort()
    .map((path) => [path, readFileSync(path, 'utf8')]),
);

/** The text of one template. */
export function textOf(path: string): string {
  const text = TEMPLATES.get(path);
  if (text === undefined) throw new Error(`there is no template ${path}`);
  return text;
}

/** @returns the root of the syntax tree. The grammar is older than the line `extension …`, which is taken as a comment. */
export function parse(text: string): Node {
  const tree = parser.parse(text.replace(/^ex(?=tension \w+$)/m, '//'));
  if (!tree) throw new Error('the parser answered nothing');
  return tree.rootNode;
}

/** Lines that are not Bicep, from 1. */
export function syntaxErrors(root: Node): number[] {
  return nodes(root)
    .filter((node) => node.isError || node.isMissing)
    .map(({ startPosition }) => startPosition.row + 1);
}

export function nodes(root: Node): Node[] {
  return [root, ...children(root).flatMap(nodes)];
}

type Kind = 'parameter' | 'variable' | 'resource' | 'module' | 'output';

export interface Declaration {
  readonly kind: Kind;
  readonly name: string;
  /** Resource type with its version, or path of the module. */
  readonly of: string | undefined;
  /** Text of the decorators before it. */
  readonly decorators: string;
  readonly node: Node;
}

/** What a template declares, in its order. */
export function declarations(root: Node): Declaration[] {
  let decorators = '';
  const found: Declaration[] = [];
  for (const node of children(root)) {
    const kind = /^(parameter|variable|resource|module|output)_declaration$/.exec(node.type)?.[1] as Kind | undefined;
    if (kind) {
      const [name, of] = parts(node);
      const inside = children(node).filter(({ type }) => type === 'decorators');
      const before = [decorators, ...inside.map(({ text }) => text)].join('\n');
      found.push({ kind, name: name?.text ?? '', of: of && stringOf(of), decorators: before, node });
    }
    if (node.type !== 'comment') decorators = node.type === 'decorators' ? node.text : '';
  }
  return found;
}

/**
 * The value at `name.property.property`, where `name` is declared in the template and a number is a place in a list.
 * `name` alone is the default of a parameter or the value of a variable.
 * @returns the node, or the whole property with `whole`; `undefined` where there is none.
 */
export function at(root: Node, path: string, whole = false): Node | undefined {
  const [name, ...steps] = path.split('.');
  const declared = declarations(root).find((declaration) => declaration.name === name);
  const values = declared && parts(declared.node).slice(declared.kind === 'parameter' ? 2 : 1);
  let value = values?.at(-1);
  let property: Node | undefined;
  for (const step of steps) {
    property = member(value && body(value), step);
    value = property && (property.type === 'object_property' ? parts(property)[1] : property);
  }
  return whole ? property : value;
}

/** The text of a value in one line, so that the layout does not count, with `{x}` for what Bicep writes `$`+`{x}`. */
export function flat(node: Node | undefined): string | undefined {
  return node?.text.replace(/\s+/g, ' ').replace(/\[ /g, '[').replace(/ \]/g, ']').replaceAll('${', '{');
}

/** A value as JSON would have it; what is no literal as the compiler marks it, `[text]`. `undefined` where there is none. */
export function literalOf(node: Node | undefined): unknown {
  if (!node) return undefined;
  if (node.type === 'array') return parts(node).map(literalOf);
  if (node.type === 'object')
    return Object.fromEntries(parts(node).map((property) => [nameOf(property), literalOf(parts(property)[1])]));
  return stringOf(node) ?? (/^(\d+|true|false)$/.test(node.text) ? JSON.parse(node.text) : `[${node.text}]`);
}

/** What stands in a list: of a string its content, of anything else its text. */
export function stringsIn(node: Node | undefined): string[] {
  return node ? parts(node).map((part) => stringOf(part)?.replaceAll('${', '{') ?? flat(part) ?? '') : [];
}

function member(value: Node | undefined, step: string): Node | undefined {
  if (!value) return undefined;
  if (/^\d+$/.test(step)) return parts(value)[Number(step)];
  return parts(value).find((child) => child.type === 'object_property' && nameOf(child) === step);
}

/** What a loop or a condition makes one of. */
function body(value: Node): Node | undefined {
  if (value.type === 'for_statement' || value.type === 'if_statement') {
    const last = parts(value).at(-1);
    return last && body(last);
  }
  return value;
}

function nameOf(property: Node): string | undefined {
  const [name] = parts(property);
  return name && (stringOf(name) ?? name.text);
}

function stringOf(node: Node): string | undefined {
  return node.type === 'string' ? node.text.slice(1, -1) : undefined;
}

function parts(node: Node): Node[] {
  return children(node).filter(({ type }) => type !== 'comment' && type !== 'decorators');
}

function children(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null);
}
