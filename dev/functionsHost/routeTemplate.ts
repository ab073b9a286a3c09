/**
 * Route templates as ASP.NET reads them: `{x}`, `{x?}`, `{x=default}`, `{*rest}`, `{x:int}` and text around them.
 *
 * Parsed once; matching takes a path and returns the parameters or nothing. Literals and patterns ignore case, an empty
 * segment matches nothing, a trailing slash is ignored. Constraints that are not in the table below are refused.
 */

import { HostError } from './hostError.ts';

/** Parameters that are absent (an optional part left out) have no key. */
export type RouteParams = Record<string, string>;

/** The parameters when `path` (percent-encoded, with a leading slash) matches; else `undefined`. */
export type MatchRoute = (path: string) => RouteParams | undefined;

interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly fallback: string | undefined;
  readonly accepts: readonly ((value: string) => boolean)[];
}

type Part = string | Parameter;

interface Segment {
  readonly pattern: RegExp;
  readonly parameters: readonly Parameter[];
}

const INT32 = 2 ** 31;

const CONSTRAINTS: Record<string, (value: string, argument: string) => boolean> = {
  int: (value) => /^[+-]?\d+$/.test(value) && Number(value) >= -INT32 && Number(value) < INT32,
  long: (value) => /^[+-]?\d{1,19}$/.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => /^\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  length: (value, length) => value.length === Number(length),
  minlength: (value, length) => value.length >= Number(length),
  maxlength: (value, length) => value.length <= Number(length),
  regex: (value, pattern) => new RegExp(pattern, 'i').test(value),
};

/** Parses a template without leading slash. Throws `HostError` when it is malformed. */
export function parseRoute(template: string): MatchRoute {
  const segments = splitSegments(template).map((text) => compileSegment(parseParts(text, template), template));
  return (path) => {
    const params: RouteParams = Object.create(null);
    const given = path.replace(/^\//, '').split('/');
    if (given.at(-1) === '') given.pop();
    for (const [index, segment] of segments.entries()) {
      const [first] = segment.parameters;
      const text = first?.rest
        ? path
            .split('/')
            .slice(index + 1)
            .join('/')
        : given[index];
      if (!takeSegment(segment, text, params)) return undefined;
      if (first?.rest) return params;
    }
    return given.length > segments.length ? undefined : params;
  };
}

function takeSegment(segment: Segment, text: string | undefined, params: RouteParams): boolean {
  const [first] = segment.parameters;
  if (text === undefined || (text === '' && first?.rest)) {
    if (first?.fallback !== undefined) params[first.name] = first.fallback;
    return first !== undefined && (first.optional || first.rest || first.fallback !== undefined);
  }
  const values = segment.pattern.exec(decode(text))?.slice(1);
  if (!values) return false;
  return segment.parameters.every((parameter, index) => {
    const value = values[index] ?? '';
    params[parameter.name] = value;
    return parameter.accepts.every((accepts) => accepts(value));
  });
}

/** Percent escapes are decoded, but for `%2F`: the server leaves it, so that it cannot pass for a separator. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%2f/gi, (slash) => `%25${slash.slice(1)}`));
  } catch {
    // Not valid UTF-8: the server passes it as it came.
    return text;
  }
}

function splitSegments(template: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let current = '';
  for (const char of template) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === '/' && depth === 0) {
      segments.push(current);
      current = '';
    } else current += char;
  }
  if (depth !== 0) throw new HostError(`Route "${template}": a brace is not closed.`);
  if (current !== '') segments.push(current);
  if (segments.includes('')) throw new HostError(`Route "${template}" starts with a slash or has two together.`);
  return segments;
}

/** Text and parameters of one segment, in turn. Braces inside a parameter are doubled: `{x:regex(^a{{2}}$)}`. */
function parseParts(segment: string, template: string): Part[] {
  const parts = segment.match(/\{(?:[^{}]|\{\{|\}\})*\}|[^{}]+/g) ?? [];
  if (parts.join('') !== segment) throw new HostError(`Route "${template}": misplaced brace in "${segment}".`);
  return parts.map((part) => (part.startsWith('{') ? parseParameter(part.slice(1, -1), template) : part));
}

function parseParameter(text: string, template: string): Parameter {
  const match = /^(\*{0,2})([A-Za-z_][\w-]*)((?::(?:[^()=?:]+(?:\(.*?\))?(?=[:=?]|$)))*)(\?|=.*)?$/s.exec(text);
  if (!match) throw new HostError(`Route "${template}": "{${text}}" is not a parameter.`);
  const [, stars = '', name = '', constraints = '', tail] = match;
  return {
    name,
    rest: stars !== '',
    optional: tail === '?',
    fallback: tail?.startsWith('=') ? tail.slice(1) : undefined,
    accepts: parseConstraints(constraints.replaceAll('{{', '{').replaceAll('}}', '}'), template),
  };
}

function parseConstraints(text: string, template: string): ((value: string) => boolean)[] {
  return [...text.matchAll(/:([^():]+)(?:\((.*?)\)(?=:|$))?/gs)].map(([, name = '', argument = '']) => {
    const check = CONSTRAINTS[name.toLowerCase()];
    if (!check) throw new HostError(`Route "${template}": this host does not know the constraint "${name}".`);
    return (value) => check(value, argument);
  });
}

function compileSegment(parts: readonly Part[], template: string): Segment {
  const parameters = parts.filter((part) => typeof part !== 'string');
  const special = parameters.some(({ rest, optional, fallback }) => rest || optional || fallback !== undefined);
  if (special && parts.length > 1) {
    throw new HostError(`Route "${template}": an optional or catch-all parameter must fill its segment.`);
  }
  const source = parts.map((part) => (typeof part === 'string' ? escapeText(part) : part.rest ? '(.*)' : '(.+?)'));
  return { parameters, pattern: new RegExp(`^${source.join('')}$`, 'is') };
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
