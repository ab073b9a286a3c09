/** Paths of fields as a tree, to walk a record by. Names of fields may have any case; lists are passed through. */
export interface Branch {
  /** A path ends here whose field is a value of its own, or a text. */
  isField: boolean;
  isText: boolean;
  /** By the name of a field in small letters; `*` is any. */
  readonly inner: ReadonlyMap<string, Branch>;
}

interface Growing extends Branch {
  readonly inner: Map<string, Growing>;
}

/** @param fields and texts as `SubjectFields` has them. */
export function fieldTree(fields: readonly string[], texts: readonly string[]): Branch {
  const root = bare();
  for (const path of fields) branchAt(root, path).isField = true;
  for (const path of texts) branchAt(root, path).isText = true;
  return root;
}

/** The branches that a field of an object leads to. */
export function branchesOf({ inner }: Branch, name: string): Branch[] {
  return [inner.get(name.toLowerCase()), inner.get('*')].filter((each) => each !== undefined);
}

/** The names of a path, without what marks lists. */
export function namesOf(path: string): string[] {
  return path.replaceAll('[]', '').split('/');
}

function branchAt(root: Growing, path: string): Growing {
  let branch = root;
  for (const name of namesOf(path.toLowerCase())) {
    const next = branch.inner.get(name) ?? bare();
    branch.inner.set(name, next);
    branch = next;
  }
  return branch;
}

function bare(): Growing {
  return { isField: false, isText: false, inner: new Map() };
}
