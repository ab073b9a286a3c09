/** A fingerprint that is not typed: scanned off a printed certificate, or read from a file. */
import { useEffect, useId, useState } from 'preact/hooks';
import { Camera } from './Camera.tsx';
import { findQrReader, fingerprintInFile, type QrReader } from './scan.ts';

interface OtherWaysProps {
  readonly onFound: (fingerprint: string) => void;
  /** With what to say of it. */
  readonly onNothing: (words: string) => void;
}

export function OtherWays({ onFound, onNothing }: OtherWaysProps) {
  const id = useId();
  const [reader, setReader] = useState<QrReader>();
  const [isScanning, setIsScanning] = useState(false);
  useEffect(() => void findQrReader().then(setReader), []);
  if (reader === undefined) return null;
  const readFile = async (file: File) => {
    // What is no picture though it says so is as good as one without a code.
    const found = await fingerprintInFile(file, reader).catch(() => undefined);
    if (found === undefined) onNothing(`There is no fingerprint in ${file.name}.`);
    else onFound(found);
  };
  if (isScanning) {
    const found = (fingerprint: string) => {
      setIsScanning(false);
      onFound(fingerprint);
    };
    return <Camera reader={reader} onFound={found} onStop={() => setIsScanning(false)} />;
  }
  return (
    <span class="other-ways">
      <button type="button" onClick={() => setIsScanning(true)}>
        Scan a certificate
      </button>
      <label for={id}>or from a picture, a text or the key itself (PEM):</label>
      <input
        id={id}
        type="file"
        accept="image/*,.txt,.pem"
        onChange={({ currentTarget: { files } }) => files?.[0] && readFile(files[0])}
      />
    </span>
  );
}
