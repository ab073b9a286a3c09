/**
 * The registered functions as the host sees them: names checked, triggers found, in the order of their names.
 */

import type { RegisteredFunction } from './coreModule.ts';
import { HostError } from './hostError.ts';

export interface Trigger {
  /** Name of the trigger binding. */
  readonly name: string;
  /** As registered, for instance `httpTrigger`. */
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const NAME = /^(?!host$)[a-z][a-z0-9_-]{0,127}$/i;

/** The trigger among a function's bindings. Throws `HostError` when there is none. */
export function triggerOf(fn: RegisteredFunction): Trigger {
  const found = Object.entries(fn.metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new HostError(`Function "${fn.metadata.name}" has no trigger.`);
  const [name, options] = found;
  return { name, type: options.type, options };
}

/** Whether the function's trigger is of this type, say `timer`. */
export function isTriggeredBy(fn: RegisteredFunction, kind: 'http' | 'timer'): boolean {
  return triggerOf(fn).type.toLowerCase() === `${kind}trigger`;
}

/**
 * All functions, sorted by name without regard to case. Throws `HostError` for a name that the real host refuses and
 * for an app that has none.
 */
export function listFunctions(registered: Iterable<RegisteredFunction>): RegisteredFunction[] {
  const functions = [...registered];
  const wrong = functions.find((fn) => !NAME.test(fn.metadata.name));
  if (wrong) {
    throw new HostError(`"${wrong.metadata.name}" is not a function name: a letter, then letters, digits, _ and -.`);
  }
  if (functions.length === 0) {
    throw new HostError('The app registers no functions. Does "main" of package.json name the file that does?');
  }
  const key = (fn: RegisteredFunction) => fn.metadata.name.toLowerCase();
  return functions.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Whether app setting `AzureWebJobs.<name>.Disabled` switches the function off: no route, no schedule. */
export function isDisabled(fn: RegisteredFunction, env: NodeJS.ProcessEnv): boolean {
  return /^(1|true)$/i.test(env[`AzureWebJobs.${fn.metadata.name}.Disabled`] ?? '');
}
