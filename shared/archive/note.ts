/**
 * Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature over the text.
 *
 *     — <key name> <base64 of the key's id and the signature>
 *
 * Opening checks signatures over bytes and gives a text only if one holds; nobody looks into the text before. It is
 * stricter than C2SP asks: base64 and DER have one form, every byte after the text belongs to a signature line, and a
 * key signs once. Lines of unknown keys are passed over, as C2SP demands: witnesses and later algorithms may add theirs,
 * and nothing vouches for those lines.
 */
import { isUtf8 } from 'node:buffer';
import { fromBase64 } from './base64.ts';
import { isSignedBy } from './ecdsa.ts';
import { isKeyName, NoteError, type NoteKey, noteKey } from './noteKey.ts';

/** Whoever can sign: a local key, or one in a vault. */
export interface Signer {
  /** The public key, DER. */
  readonly spki: Uint8Array;
  /** ECDSA P-256 over the SHA-256 of the bytes, as ASN.1 DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface OpenedNote {
  /** Up to and with its last newline. */
  readonly text: string;
  /** The keys that signed it, in the order of their lines. One or more. */
  readonly signedBy: readonly NoteKey[];
}

/** Bounds on what is looked at; the same as those of Go's `sumdb/note`. */
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ID_BYTES = 4;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([^ ]+)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the note may have none but the newline.
const CONTROL = /[\0-\x09\x0b-\x1f]/;

/**
 * Signs a text with each key, all under one name, and opens the note once to see that it holds.
 * @throws NoteError when the text or the name cannot be in a note, or a signature does not verify.
 */
export async function signNote(text: string, keyName: string, signers: readonly Signer[]): Promise<Buffer> {
  const bytes = Buffer.from(text, 'utf8');
  const keys = signers.map(({ spki }) => noteKey(keyName, spki));
  const signatures = await Promise.all(signers.map((signer) => signer.sign(bytes)));
  const note = noteOf(
    text,
    keys.map((key, at) => ({ key, signature: signatures[at] as Uint8Array })),
  );
  const opened = openNote(note, keys);
  if (opened.text !== text) throw new NoteError('The text cannot be that of a note.');
  return note;
}

/** The bytes of a note with these signatures, which are not checked. */
export function noteOf(text: string, lines: readonly { key: NoteKey; signature: Uint8Array }[]): Buffer {
  const signed = lines.map(({ key, signature }) => {
    const encoded = Buffer.concat([Buffer.from(key.id, 'hex'), signature]).toString('base64');
    return `\u2014 ${key.name} ${encoded}\n`;
  });
  return Buffer.from(`${text}\n${signed.join('')}`, 'utf8');
}

/**
 * Opens a note that at least one of the keys signed.
 * @throws NoteError when the form is not that of a note, no known key signed it, or the signature of one does not hold.
 */
export function openNote(note: Uint8Array, keys: readonly NoteKey[]): OpenedNote {
  const bytes = Buffer.from(note.buffer, note.byteOffset, note.length);
  if (bytes.length > MAX_NOTE_BYTES) throw new NoteError(`A note has more than ${MAX_NOTE_BYTES} bytes.`);
  if (!isUtf8(bytes)) throw new NoteError('A note is not UTF-8.');
  if (CONTROL.test(bytes.toString('utf8'))) throw new NoteError('A note has a control character.');
  const end = bytes.lastIndexOf('\n\n') + 1;
  if (end === 0) throw new NoteError('A note has no empty line before its signatures.');
  const text = bytes.subarray(0, end);
  const signedBy = parseSignatures(bytes.toString('utf8', end + 1)).flatMap((line) => signerOf(line, text, keys));
  if (signedBy.length === 0) throw new NoteError('A note is signed by none of the known keys.');
  if (new Set(signedBy).size < signedBy.length) throw new NoteError('A note is signed twice by one key.');
  return { text: text.toString('utf8'), signedBy };
}

interface SignatureLine {
  readonly name: string;
  readonly id: string;
  readonly signature: Buffer;
}

function parseSignatures(tail: string): readonly SignatureLine[] {
  const lines = tail.split('\n');
  if (lines.pop() !== '') throw new NoteError('A note does not end in a newline.');
  if (lines.length > MAX_SIGNATURES) throw new NoteError(`A note has more than ${MAX_SIGNATURES} signatures.`);
  return lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (!isKeyName(name) || bytes === undefined || bytes.length <= ID_BYTES) {
      throw new NoteError('A note has a line after its text that is not a signature.');
    }
    return { name, id: bytes.toString('hex', 0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
  });
}

/** The known key that signed, if it is known. */
function signerOf(line: SignatureLine, text: Buffer, keys: readonly NoteKey[]): readonly NoteKey[] {
  const named = keys.filter(({ name, id }) => name === line.name && id === line.id);
  const signer = named.find(({ spki }) => isSignedBy(spki, text, line.signature));
  if (named.length > 0 && signer === undefined) throw new NoteError('The signature of a known key does not hold.');
  return signer === undefined ? [] : [signer];
}
