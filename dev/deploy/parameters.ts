/**
 * What the template is told: what is said now, else what the last deployment was told, else the template's own default. So
 * whoever brings the archive up to date and says nothing changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Az } from './az.ts';
import { TEMPLATE } from './infrastructure.ts';
import { at } from './json.ts';
import { DeployProblem } from './problem.ts';
import { isSaidElsewhere, type Said, textOf } from './said.ts';

export interface Parameter extends Said {
  /** Where the value comes from, to be shown. */
  readonly origin: string;
}

/** Of a parameter of the template, by name: its type, and its default unless it has none. */
type Known = ReadonlyMap<string, { readonly type: string; readonly default: unknown }>;

/** Reads the parameters of infra/main.bicep out of what the compiler makes of it, which it does on this machine. */
export async function knownParameters(az: Az): Promise<Known> {
  const compiled = at(await az(['bicep', 'build', '--file', TEMPLATE, '--stdout']), 'parameters') ?? {};
  return new Map(
    Object.entries(compiled).map(([name, parameter]) => [
      name,
      { type: String(at(parameter, 'type')).toLowerCase(), default: at(parameter, 'defaultValue') },
    ]),
  );
}

/**
 * The parameters that are not at their default, or are said.
 *
 * Azure keeps the parameters of a deployment (REST API, "Deployments - Get"), those that were left to their default among
 * them. So where a new version has another default, what was deployed stays, and is shown: nothing changes unasked.
 * @param last the last deployment of this archive, if there was one.
 * @throws DeployProblem where one is said that the template does not have.
 */
export function chosenParameters(known: Known, said: readonly Said[], last: unknown): Parameter[] {
  const unknown = said.find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    const next = 'docs/INFRASTRUCTURE.md has the table of all parameters.';
    throw new DeployProblem(`infra/main.bicep has no parameter ${unknown.name}.`, next);
  }
  for (const { name, text } of said) if (known.get(name)?.type !== 'string') checkJson(name, text);
  const chosen = new Map(carriedOver(known, last).map((parameter) => [parameter.name, parameter]));
  for (const { name, text } of said) {
    const before = chosen.get(name)?.text;
    const origin = before === undefined || before === text ? 'said' : `said; the last deployment had ${before}`;
    chosen.set(name, { name, text, origin });
  }
  return [...chosen.values()];
}

/** Days that the ledger has to be kept, as infra/modules/immutableContainers.bicep reckons them. */
export function ledgerDays(known: Known, chosen: readonly Parameter[]): number {
  const chosenValue = (name: string): unknown => {
    const text = chosen.find((parameter) => parameter.name === name)?.text;
    return text === undefined ? known.get(name)?.default : JSON.parse(text);
  };
  const byLogType = Object.values(chosenValue('retentionDaysByLogType') ?? {});
  return Math.max(...[chosenValue('retentionClasses'), byLogType].flat().map(Number)) + 365;
}

function checkJson(name: string, text: string): void {
  try {
    JSON.parse(text);
  } catch {
    const next = 'Numbers, true and false stand as they are; lists are ["a","b"], objects {"a":1}.';
    throw new DeployProblem(`The parameter ${name} wants JSON, not '${text.slice(0, 80)}'.`, next);
  }
}

/** What was deployed and is not the default. A parameter that the template no longer has is left behind. */
function carriedOver(known: Known, last: unknown): Parameter[] {
  return Object.entries(at(last, 'properties', 'parameters') ?? {}).flatMap(([name, parameter]) => {
    const value = at(parameter, 'value') ?? undefined;
    const standard = known.get(name);
    if (
      standard === undefined ||
      isSaidElsewhere(name) ||
      value === undefined ||
      isDeepStrictEqual(value, standard.default)
    )
      return [];
    return [{ name, text: textOf(value), origin: 'from the last deployment' }];
  });
}
