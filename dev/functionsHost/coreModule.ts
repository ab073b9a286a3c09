/**
 * The module `@azure/functions-core`: what the library asks its runtime for, and what the app has registered through it.
 *
 * The library looks for it once, at the app's first call into it, so `provideCore` comes before the app's first module.
 * Nothing of that name exists on disk: as in the real worker, `require` answers for that one id. Registrations end when
 * the host calls `lock`; a second one of the same name, an unknown hook and anything after `lock` throw.
 */

import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, HookCallback, ProgrammingModel } from './coreTypes.ts';
import { HostError } from './hostError.ts';
import type { Log } from './log.ts';

const CORE_ID = '@azure/functions-core';
/** The newest host the facts were read from. Below 4.34 the library refuses log hooks. */
const HOST_VERSION = '4.1037.0';

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface Core {
  /** What `require('@azure/functions-core')` returns. */
  readonly module: Readonly<Record<string, unknown>>;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  /** Shared by all hooks of the app. */
  readonly appHookData: Record<string, unknown>;
  hooks(name: HookName): readonly HookCallback[];
  model(): ProgrammingModel | undefined;
  /** Ends registration. */
  lock(): void;
}

const HOOK_NAMES = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

/** An empty app. `log` receives what the library logs about itself. */
export function createCore(log: Log): Core {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  let model: ProgrammingModel | undefined;
  let locked = false;

  const registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback) => {
    const id = metadata.functionId ?? metadata.name;
    if (locked) throw systemError(Error, `Function "${id}" cannot be registered after the app has started.`);
    if (functions.has(id)) throw systemError(Error, `A function with id "${id}" has already been registered.`);
    functions.set(id, { metadata, callback });
    return new Disposable(() => {
      if (locked) throw systemError(Error, `Function "${id}" cannot be disposed of after the app has started.`);
      functions.delete(id);
    });
  };

  const registerHook = (name: string, callback: HookCallback) => {
    if (!isHookName(name)) throw systemError(RangeError, `Unrecognized hook "${name}".`);
    const list = hooks[name];
    list.push(callback);
    return new Disposable(() => {
      const at = list.indexOf(callback);
      if (at >= 0) list.splice(at, 1);
    });
  };

  const module = {
    version: HOST_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    registerFunction,
    registerHook,
    setProgrammingModel: (value: ProgrammingModel) => {
      model = value;
    },
    getProgrammingModel: () => model,
    log: (level: Parameters<Log>[0], category: Parameters<Log>[3], message: string) =>
      log(level, 'app', message, category),
  };

  return {
    module,
    functions,
    appHookData: {},
    // A hook may dispose of itself while it runs.
    hooks: (name) => [...hooks[name]],
    model: () => model,
    lock: () => {
      locked = true;
    },
  };
}

let provided = false;

/**
 * Makes `require('@azure/functions-core')` return the core's module, in CommonJS and ES modules alike (an ES module's
 * import of the library, which is CommonJS, goes through `require`).
 * Throws `HostError` when this process has one: the library keeps the first for good.
 */
export function provideCore(core: Core): void {
  if (provided)
    throw new HostError('This process already runs a Functions host. Start a second one as its own process.');
  provided = true;
  const original = Module.prototype.require;
  Module.prototype.require = function (this: Module, id: string) {
    return id === CORE_ID ? core.module : original.call(this, id);
  } as typeof original;
}

class Disposable {
  #dispose: (() => void) | undefined;

  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }

  static from(...all: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const each of all) each.dispose();
    });
  }

  dispose(): void {
    this.#dispose?.();
    this.#dispose = undefined;
  }
}

function isHookName(name: string): name is HookName {
  return (HOOK_NAMES as readonly string[]).includes(name);
}

/** The library tells the runtime's own errors from the app's by this mark. */
function systemError(type: new (message: string) => Error, message: string): Error {
  return Object.assign(new type(message), { isAzureFunctionsSystemError: true });
}
