/** The fingerprint that nobody types: scanned off a certificate, or read from a file. */
import { describe, expect, it } from 'vitest';
import { publicKeyFile } from '../../../shared/archive/publicKeyFile.ts';
import { DAY, seriousFindings, tabTo, type World } from './world.ts';

const CERTIFICATE = `/?${new URLSearchParams({ ...DAY, show: 'certificate' })}`;

interface Canvas {
  getContext(kind: '2d'): {
    fillRect(x: number, y: number, width: number, height: number): void;
    drawImage(picture: unknown, x: number, y: number): void;
  };
  captureStream(): unknown;
}

/** Runs in the page: a camera before which lies a picture (PNG in base64). */
function withCamera(png: string): void {
  const page = globalThis as unknown as {
    document: { createElement(name: 'canvas'): Canvas & { width: number; height: number } };
    navigator: { mediaDevices: { getUserMedia: unknown } };
    createImageBitmap(source: Blob): Promise<{ width: number; height: number }>;
  };
  page.navigator.mediaDevices.getUserMedia = async () => {
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
    const picture = await page.createImageBitmap(new Blob([bytes]));
    const canvas = page.document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const drawing = canvas.getContext('2d');
    // A picture that does not move is none to a stream.
    setInterval(() => drawing.drawImage(picture, 0, 0), 50);
    return canvas.captureStream();
  };
}

/** Runs in the page: a camera, and a reader of codes that sees this one, as browsers have them that this one is not. */
function withReader(code: string): void {
  const page = globalThis as unknown as Record<string, unknown> & {
    document: { createElement(name: 'canvas'): Canvas };
    navigator: { mediaDevices: { getUserMedia: unknown } };
  };
  page.BarcodeDetector = class {
    static getSupportedFormats = async () => ['qr_code'];
    detect = async () => [{ rawValue: 'https://example.com/' }, { rawValue: code }];
  };
  page.navigator.mediaDevices.getUserMedia = async () => {
    if (code === '') throw Object.assign(new Error('refused'), { name: 'NotAllowedError' });
    const canvas = page.document.createElement('canvas');
    const drawing = canvas.getContext('2d');
    // A picture that does not move is none to a stream.
    setInterval(() => drawing.fillRect(0, 0, 9, 9), 50);
    return canvas.captureStream();
  };
}

export function testFingerprint(world: () => World): void {
  const key = async () => {
    const answer = await fetch(`${world().host.url}/api/integrity/keys`);
    const { ledgers } = (await answer.json()) as { ledgers: { keys: { sha256: string; spki: string }[] }[] };
    return ledgers[0]?.keys[0] ?? { sha256: '', spki: '' };
  };

  describe('The fingerprint', () => {
    it('is printed on the certificate as a code, once for each key', async () => {
      const visit = await world().visit(CERTIFICATE);
      const { sha256 } = await key();
      await visit.page.getByRole('img', { name: `QR code of the fingerprint ${sha256}` }).waitFor();
      await visit.page.getByText('Fingerprint of the key that signs every log type below').waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('is read off the code as it is printed, from a picture of it and by the camera, by the page alone', async () => {
      const { sha256 } = await key();
      const printed = await world().visit(CERTIFICATE);
      const code = printed.page.getByRole('img', { name: `QR code of the fingerprint ${sha256}` });
      await printed.page.emulateMedia({ media: 'print' });
      const picture = await code.screenshot();
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.addInitScript(withCamera, picture.toString('base64'));
      await page.reload();
      const field = page.getByLabel('Fingerprint of the key that you trust');
      const file = page.getByLabel('or from a picture, a text or the key itself (PEM)');
      await file.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
      await expect.poll(() => field.inputValue(), { timeout: 12_000 }).toBe(sha256);
      const none = await printed.page.getByRole('heading', { level: 1 }).screenshot();
      await file.setInputFiles({ name: 'none.png', mimeType: 'image/png', buffer: none });
      await page.getByText('There is no fingerprint in none.png.').waitFor();
      await page.getByRole('button', { name: 'Scan a certificate' }).click();
      await expect.poll(() => field.inputValue(), { timeout: 12_000 }).toBe(sha256);
      expect([...printed.misdeeds, ...visit.misdeeds]).toEqual([]);
    });

    it('is scanned, without a mouse', async () => {
      const { sha256 } = await key();
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.addInitScript(withReader, sha256.toUpperCase());
      await page.reload();
      await page.getByRole('button', { name: 'Scan a certificate' }).waitFor();
      await tabTo(page, 'button', 'Scan a certificate');
      await page.keyboard.press('Enter');
      const field = page.getByLabel('Fingerprint of the key that you trust');
      await expect.poll(() => field.inputValue(), { timeout: 12_000 }).toBe(sha256);
      expect(await page.locator('video').count()).toBe(0);
      expect(visit.misdeeds).toEqual([]);
    });

    it('is typed where the camera is refused', async () => {
      const visit = await world().visit('/check');
      const { page } = visit;
      await page.addInitScript(withReader, '');
      await page.reload();
      await page.getByRole('button', { name: 'Scan a certificate' }).click();
      await page.getByText('The browser does not allow this page the camera').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stop the camera' }).click();
      await page.getByRole('button', { name: 'Scan a certificate' }).waitFor();
      expect(visit.misdeeds).toEqual([]);
    });

    it('is read from the key, and the page says where a text has none', async () => {
      const { sha256, spki } = await key();
      const visit = await world().visit('/check');
      const { page } = visit;
      const file = page.getByLabel('or from a picture, a text or the key itself (PEM)');
      const field = page.getByLabel('Fingerprint of the key that you trust');
      const pem = publicKeyFile(Buffer.from(spki, 'base64'));
      await file.setInputFiles({ name: 'key.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem) });
      await expect.poll(() => field.inputValue(), { timeout: 12_000 }).toBe(sha256);
      await file.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing') });
      await page.getByText('There is no fingerprint in a.txt.').waitFor();
      expect(await field.inputValue()).toBe('');
      expect(visit.misdeeds).toEqual([]);
    });
  });
}
