/** `--parameters`, as often as it was given: what is said of the template, by name. */
import { existsSync, readFileSync } from 'node:fs';
import { at } from './json.ts';
import { DeployProblem } from './problem.ts';

export interface Said {
  readonly name: string;
  /** As `--parameters name=text` of the Azure CLI takes it: JSON, save that text stands without quotes. */
  readonly text: string;
}

/** Parameters of the template that are said in another way, or found out. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  name: 'Say --name.',
  alertEmail: 'Say --alert-email.',
  authClientId: 'Say --no-identity --auth-client-id.',
  location: 'Say --location.',
  lockedContainers: 'Leave it out: what is locked is looked up.',
};

/** Whether `--parameters` has no say about a parameter. */
export function isSaidElsewhere(name: string): boolean {
  return name in SAID_ELSEWHERE;
}

/** @throws DeployProblem where one is neither `name=value` nor a JSON file of parameters. */
export function readSaid(given: readonly string[]): Said[] {
  const said = given.flatMap((each) => {
    const [, name, text] = /^(\w+)=(.*)$/s.exec(each) ?? [];
    return name !== undefined && text !== undefined ? [{ name, text }] : readFile(each.replace(/^@/, ''));
  });
  const wrong = said.find(({ name }) => isSaidElsewhere(name));
  if (wrong === undefined) return said;
  throw new DeployProblem(
    `The parameter ${wrong.name} cannot be given with --parameters.`,
    SAID_ELSEWHERE[wrong.name] ?? '',
  );
}

/** The text of a value that is JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A file of parameters as Azure Resource Manager knows it: `{ "parameters": { "name": { "value": … } } }`. */
function readFile(file: string): Said[] {
  if (!file.endsWith('.json') || !existsSync(file)) throw usage(file, 'name=value or a .json file that is there');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw usage(file, 'a file of JSON, without comments');
  }
  const parameters = at(content, 'parameters');
  if (typeof parameters !== 'object' || parameters === null) throw usage(file, 'a file with "parameters" in it');
  return Object.entries(parameters).map(([name, parameter]) => {
    const value = at(parameter, 'value');
    if (value === undefined) throw usage(file, `a file in which ${name} has a "value"`);
    return { name, text: textOf(value) };
  });
}

function usage(given: string, wants: string): DeployProblem {
  const next = "infra/main.parameters.example.json is one to begin with; 'npm run deploy -- --help' shows all flags.";
  return new DeployProblem(`--parameters wants ${wants}, not '${given.slice(0, 80)}'.`, next);
}
