/** The camera, looking for the QR code of a fingerprint. It is on only while this is drawn, and its pictures go nowhere. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { fingerprintInPicture, type QrReader } from './scan.ts';

interface CameraProps {
  readonly reader: QrReader;
  readonly onFound: (fingerprint: string) => void;
  readonly onStop: () => void;
}

const PACE_MS = 200;

export function Camera({ reader, onFound, onStop }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState('');
  useEffect(() => {
    const stop = watch(video.current as HTMLVideoElement, reader, onFound, (error) => setRefused(whyNot(error)));
    return stop;
  }, [reader]);
  return (
    <div class="camera">
      {refused ? (
        <p class="bad" role="alert">
          {refused}
        </p>
      ) : (
        <p role="status">Hold the code of the certificate before the camera.</p>
      )}
      <video ref={video} class={refused ? 'hidden' : ''} muted playsInline aria-label="What the camera sees" />
      <button type="button" onClick={onStop}>
        Stop the camera
      </button>
    </div>
  );
}

/** Looks until something is found. @returns ends it, and turns the camera off. */
function watch(
  video: HTMLVideoElement,
  reader: QrReader,
  onFound: (fingerprint: string) => void,
  onError: (error: Error) => void,
): () => void {
  let stream: MediaStream | undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
  const run = async () => {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    if (isOver) return end();
    video.srcObject = stream;
    await video.play();
    while (!isOver) {
      const found = await fingerprintInPicture(reader, video);
      if (found !== undefined && !isOver) {
        end();
        return onFound(found);
      }
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  };
  run().catch((error: Error) => {
    if (isOver) return;
    end();
    onError(error);
  });
  return end;
}

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser does not allow this page the camera. Allow it, or type the fingerprint.',
  NotFoundError: 'There is no camera here. Type the fingerprint.',
  NotReadableError: 'The camera is in use elsewhere. Close what uses it, or type the fingerprint.',
};

function whyNot({ name, message }: Error): string {
  return REASONS[name] ?? `The camera failed: ${message}`;
}
