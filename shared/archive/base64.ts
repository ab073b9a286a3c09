/** Base64 (RFC 4648, section 4), read strictly: one text for given bytes, so that no changed text means the same. */

/** The bytes, or `undefined` when the text is not exactly what encoding them gives. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
