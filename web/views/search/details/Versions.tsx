/** The versions of a record, and what changed from each to the next. */
import { useMemo } from 'preact/hooks';
import { bytesText, countOf } from '../../../parts/numbers.ts';
import { changesOf, type Stretch, stretchesOf } from './changes.ts';
import type { Version } from './record.ts';

export function Versions({ versions }: { readonly versions: readonly Version[] }) {
  return (
    <div class="versions">
      <ol>
        {versions.map(({ sha256, bytes }, index) => (
          <li key={sha256}>
            Version {index + 1} <code title="SHA-256 of the stored line">{sha256}</code>{' '}
            <span class="quiet numbers">{bytesText(bytes)}</span>
          </li>
        ))}
      </ol>
      {versions.length < 2 && (
        <p>
          The archive holds one version: whenever Microsoft Graph showed this record again, it was the same to the byte.
        </p>
      )}
      {versions.slice(1).map((newer, index) => {
        const older = versions[index];
        return older && <Difference key={newer.sha256} older={older} newer={newer} number={index + 1} />;
      })}
    </div>
  );
}

interface DifferenceProps {
  readonly older: Version;
  readonly newer: Version;
  readonly number: number;
}

function Difference({ older, newer, number }: DifferenceProps) {
  const stretches = useMemo(() => stretchesOf(changesOf(older.text, newer.text)), [older, newer]);
  const isSame = stretches.every(({ changes }) => changes.length === 0);
  return (
    <section class="difference">
      <h3>
        From version {number} to version {number + 1}
      </h3>
      {isSame ? <p>They differ only in space between tokens.</p> : <Stretches stretches={stretches} />}
    </section>
  );
}

const MARKS = { same: ' ', removed: '−', added: '+' } as const;
const WORDS = { same: '', removed: 'removed: ', added: 'added: ' } as const;

function Stretches({ stretches }: { readonly stretches: readonly Stretch[] }) {
  return (
    <ol class="diff">
      {stretches.map(({ skipped, changes }, at) => [
        skipped > 0 && <li key={`${at}`} class="diff-skipped">{`${countOf(skipped, 'line')} the same`}</li>,
        ...changes.map(({ kind, text }, n) => (
          <li key={`${at}-${n}`} class={`diff-${kind}`}>
            <span aria-hidden="true">{MARKS[kind]}</span>
            <span class="hidden">{WORDS[kind]}</span>
            <code>{text}</code>
          </li>
        )),
      ])}
    </ol>
  );
}
