/**
 * Fingerprints that are not typed: from a QR code before the camera or in a picture, from a text, from the key's own file.
 * Reading pictures is left to the browser; for one that cannot, a reader of the page's own is loaded.
 */
import { fromBase64 } from '../../crypto/bytes.ts';
import { createSha256 } from '../../crypto/sha256.ts';
import { readFingerprint } from './proof.ts';

/** Of the Shape Detection API, what is used. */
export interface QrReader {
  detect(source: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]>;
}

interface QrReaderClass {
  new (options: { readonly formats: readonly string[] }): QrReader;
  getSupportedFormats(): Promise<readonly string[]>;
}

const QR = 'qr_code';
const PEM = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/;

/** Is fetched with the first picture, not with the view. */
const OWN_READER: QrReader = { detect: async (source) => (await import('./ownReader.ts')).readCode(source) };

/** What reads QR codes here. */
export async function findQrReader(): Promise<QrReader> {
  const { BarcodeDetector } = globalThis as unknown as { BarcodeDetector?: QrReaderClass };
  const formats = (await BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  return BarcodeDetector && formats.includes(QR) ? new BarcodeDetector({ formats: [QR] }) : OWN_READER;
}

/** The first fingerprint among the codes of a picture. */
export async function fingerprintInPicture(reader: QrReader, source: ImageBitmapSource): Promise<string | undefined> {
  const codes = await reader.detect(source);
  return codes.map(({ rawValue }) => readFingerprint(rawValue)).find((found) => found !== undefined);
}

/** The fingerprint in a file: a picture of its code, a text that has it, or the public key as openssl writes it. */
export async function fingerprintInFile(file: File, reader: QrReader): Promise<string | undefined> {
  if (!file.type.startsWith('image/')) return fingerprintInText(await file.text());
  const picture = await createImageBitmap(file);
  try {
    return await fingerprintInPicture(reader, picture);
  } finally {
    picture.close();
  }
}

/** The fingerprint that a text is or has, or that of the public key in it. */
function fingerprintInText(text: string): string | undefined {
  const base64 = PEM.exec(text)?.[1]?.replace(/\s/g, '');
  if (base64 !== undefined) {
    const hash = createSha256();
    hash.update(fromBase64(base64));
    return hash.digest();
  }
  return readFingerprint(text) ?? /\b[0-9a-f]{64}\b/i.exec(text)?.[0].toLowerCase();
}
