/**
 * By which other names records know a subject: ids and sign-in names that stand beside it in one object, such as `userId` beside
 * `userPrincipalName`. Whoever asks for one name is told the others, because records that hold only those are not found.
 */
import type { SubjectFields } from '../archive/subjectFields.ts';
import { type Branch, branchesOf, fieldTree } from './fieldTree.ts';
import { parseRecord } from './filterRecord.ts';
import { isSubject, type Subject } from './subject.ts';

/** Takes the names beside the subject out of a record. An address has none: many share it. */
export function otherNamesIn(subject: Subject, fields: SubjectFields): (line: Buffer) => readonly string[] {
  if (subject.kind === 'address') return () => [];
  const root = fieldTree([...fields.ids, ...fields.names], []);
  return (line) => [...beside(parseRecord(line, false), root, subject.value)];
}

function* beside(value: unknown, branch: Branch, subject: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) yield* beside(each, branch, subject);
    return;
  }
  const names: string[] = [];
  for (const [name, each] of Object.entries(value)) {
    for (const next of branchesOf(branch, name)) {
      if (next.isField && typeof each === 'string') names.push(each.toLowerCase());
      else yield* beside(each, next, subject);
    }
  }
  if (names.includes(subject)) yield* names.filter((name) => name !== subject && isSubject(name));
}
