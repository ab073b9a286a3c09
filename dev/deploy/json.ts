/** Reading what the CLI answered: the field that is wanted, or an error that names it. Nothing else of an answer is used. */

/** The value at a path; `undefined` where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

/** @throws Error when there is no text at the path. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found === 'string') return found;
  throw new Error(`the Azure CLI's answer has no text at ${path.join('.')}`);
}

/** @throws Error when there is no list at the path. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  if (Array.isArray(found)) return found;
  throw new Error(`the Azure CLI's answer has no list at ${path.join('.') || 'its top'}`);
}
