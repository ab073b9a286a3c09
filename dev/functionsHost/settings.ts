/**
 * What the host reads beside the app: `host.json` and `local.settings.json`.
 *
 * Values of `local.settings.json` become environment variables of the app and never override one that is really set.
 * A file that is missing where it is needed, is not JSON or has the wrong shape is refused, with the next step.
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HostError, messageOf } from './hostError.ts';

export interface HostSettings {
  /** Before every route, without slashes; may be empty. */
  readonly routePrefix: string;
  /** The app's environment: `local.settings.json` below, the real environment above. */
  readonly env: NodeJS.ProcessEnv;
}

type Json = Record<string, unknown>;

const PREFIX_OVERRIDE = 'AzureFunctionsJobHost__extensions__http__routePrefix';

/** Reads both files of the app in `directory`. Throws `HostError`. */
export async function readSettings(directory: string, environment: NodeJS.ProcessEnv): Promise<HostSettings> {
  const host = await readJson(directory, 'host.json');
  if (!host) throw new HostError(`There is no host.json in ${directory}. Point --app at the function app's root.`);
  if (host.version !== '2.0') throw new HostError(`host.json in ${directory} must have "version": "2.0".`);
  const local = (await readJson(directory, 'local.settings.json')) ?? {};
  // As Core Tools does: apps and SDKs tell a developer's machine by it.
  const real = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  const env = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development', ...localValues(local), ...real };
  return { routePrefix: routePrefix(host, env), env };
}

function localValues(local: Json): Record<string, string> {
  if (local.IsEncrypted === true) {
    throw new HostError(
      'local.settings.json is encrypted. Run `func settings decrypt` once, or set "IsEncrypted": false.',
    );
  }
  const values = Object.entries(objectAt(local, 'Values') ?? {});
  const wrong = values.find(([, value]) => typeof value !== 'string');
  if (wrong) throw new HostError(`local.settings.json: the value of "${wrong[0]}" must be a string. Put it in quotes.`);
  return Object.fromEntries(values) as Record<string, string>;
}

function routePrefix(host: Json, env: NodeJS.ProcessEnv): string {
  const http = objectAt(objectAt(host, 'extensions') ?? {}, 'http') ?? {};
  const prefix = env[PREFIX_OVERRIDE] ?? http.routePrefix ?? 'api';
  if (typeof prefix !== 'string') throw new HostError('host.json: extensions.http.routePrefix must be a string.');
  return prefix.replace(/^\/+|\/+$/g, '');
}

function objectAt(parent: Json, key: string): Json | undefined {
  const value = parent[key];
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new HostError(`"${key}" in host.json or local.settings.json must be an object.`);
  return value;
}

/** Reads a JSON object; `undefined` when there is no such file. Throws `HostError` for any other trouble. */
export async function readJson(directory: string, name: string): Promise<Json | undefined> {
  const file = path.join(directory, name);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new HostError(`Cannot read ${file}: ${error.message}. Check its permissions.`);
  });
  if (text === undefined) return undefined;
  try {
    // Editors on Windows write a byte order mark.
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (isObject(value)) return value;
  } catch (error) {
    throw new HostError(`${file} is not JSON: ${messageOf(error)}. Correct it, comments included.`);
  }
  throw new HostError(`${file} must hold a JSON object.`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
