/**
 * The keys of signed notes: their names, their ids and the one-line text that other tools read (C2SP signed-note).
 */
import { fingerprint, isP256Spki } from './ecdsa.ts';

/** A note, or the text of a key, is not what it must be. The message names the fault and repeats no content. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

/** A public key and the name under which it signs. */
export interface NoteKey {
  readonly name: string;
  /** 8 hex digits: the first 4 bytes of the fingerprint, as C2SP has it for ECDSA. */
  readonly id: string;
  /** DER. */
  readonly spki: Buffer;
}

/** C2SP's number for ECDSA. */
const ECDSA = 0x02;
/** No spaces, no plus, no control characters. */
const NAME = /^[^\s+\p{Cc}]+$/u;
/** Hex digits of a key's id. */
const ID_DIGITS = 8;

/** Whether a key can have this name. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}

/** @throws NoteError when the name cannot be one, or the key is not one of P-256. */
export function noteKey(name: string, spki: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new NoteError('The name of a key is empty, or has a space or a plus.');
  if (!isP256Spki(spki)) throw new NoteError('A key is not the SPKI of a P-256 public key in DER.');
  return { name, id: fingerprint(spki).slice(0, ID_DIGITS), spki: Buffer.from(spki) };
}

/** The text by which tools take a public key: `<name>+<id>+<base64 of 02 and the SPKI>`. */
export function formatNoteKey({ name, id, spki }: NoteKey): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(ECDSA), spki]).toString('base64')}`;
}
