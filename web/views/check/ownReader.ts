/** QR codes for a browser without a reader of its own. Pictures stay in this tab. */
import jsQR from 'jsqr';

/** Pixels of the longer side: more makes a photograph slow, and no code clearer. */
const MOST_PIXELS = 1200;

/** The code in a picture, as `BarcodeDetector` would give it: one at most. */
export async function readCode(source: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]> {
  const picture = await createImageBitmap(source);
  try {
    const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
    const [width, height] = [Math.ceil(picture.width * scale), Math.ceil(picture.height * scale)];
    const drawing = new OffscreenCanvas(width, height).getContext('2d');
    if (!drawing) throw new Error('this browser draws nothing out of sight');
    drawing.drawImage(picture, 0, 0, width, height);
    const found = jsQR(drawing.getImageData(0, 0, width, height).data, width, height);
    return found ? [{ rawValue: found.data }] : [];
  } finally {
    picture.close();
  }
}
