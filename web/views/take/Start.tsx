/** The button that starts it, and where it goes: a chosen file, memory while it fits, or the browser's own download. */
import { useState } from 'preact/hooks';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { bytesText } from '../../parts/numbers.ts';
import { MOST_IN_MEMORY, type Sink } from './sink.ts';
import { canPickFile, memorySink, pickFile } from './sinks.ts';

interface StartProps {
  readonly fileName: string;
  readonly estimate: number | undefined;
  readonly isEmpty: boolean;
  /** Whether a download that broke goes on where it broke. */
  readonly canGoOn: boolean;
  /** The same as a plain link. */
  readonly link: string;
  /** The same as a command. */
  readonly curl: string;
  readonly onStart: (sink: Sink) => void;
}

export function Start({ fileName, estimate, isEmpty, canGoOn, link, curl, onStart }: StartProps) {
  const [refused, setRefused] = useState('');
  const fits = estimate !== undefined && estimate <= MOST_IN_MEMORY;
  const toFile = () =>
    pickFile(fileName).then(
      (sink) => sink && onStart(sink),
      (error: Error) => setRefused(`The browser would not open a file: ${error.message}`),
    );
  return (
    <div class="start">
      {isEmpty && <p role="status">There is no record to take along; the file would be empty.</p>}
      <div class="actions">
        {canPickFile() && (
          <button type="button" class="primary" onClick={toFile}>
            Save as …
          </button>
        )}
        {(fits || !canPickFile()) && (
          <button
            type="button"
            class={canPickFile() ? '' : 'primary'}
            disabled={!fits}
            onClick={() => onStart(memorySink(fileName))}
          >
            Download
          </button>
        )}
        <a class="button" href={link} download={fileName}>
          Plain link
        </a>
        <CopyButton label="Copy as curl" text={curl} />
      </div>
      {refused && (
        <p class="bad" role="alert">
          {refused}
        </p>
      )}
      <p class="quiet">
        {canPickFile()
          ? 'Saved as it arrives, in flat memory, and the SHA-256 is told at the end.'
          : `This browser lets no page write to a file. Up to ${bytesText(MOST_IN_MEMORY)} the page collects it in memory, and tells the SHA-256.`}{' '}
        {canGoOn ? 'A break is gone on from.' : 'After a break a bundle begins anew.'} The plain link leaves all of it
        to the browser: without purpose, resuming or hash.
      </p>
    </div>
  );
}
