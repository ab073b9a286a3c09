/** A record beside the table: as stored, its versions, and the ways on from it. */
import { useEffect, useRef } from 'preact/hooks';
import type { Operator } from '../../../filter/clauses.ts';
import type { Picked } from '../../../json/pick.ts';
import { CopyButton } from '../../../parts/CopyButton.tsx';
import { Empty } from '../../../parts/Empty.tsx';
import { LoadedPart } from '../../../parts/LoadedPart.tsx';
import { Time } from '../../../parts/Time.tsx';
import { hrefOf } from '../../../state/place.ts';
import { useLoad } from '../../../state/useLoad.ts';
import type { DetailsTab } from '../searchPlace.ts';
import './details.css';
import { Follow } from './Follow.tsx';
import { loadVersions, recordQuery, type Version } from './record.ts';
import { StoredJson } from './StoredJson.tsx';
import { Versions } from './Versions.tsx';

interface DetailsProps {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly record: { readonly id: string; readonly at: string };
  readonly isMoving: boolean;
  readonly tab: DetailsTab;
  readonly onTab: (tab: DetailsTab) => void;
  readonly onClose: () => void;
  readonly onFilter: (value: Picked, operator: Operator) => void;
}

export function Details({ log, from, to, record, isMoving, tab, onTab, onClose, onFilter }: DetailsProps) {
  const query = recordQuery({ log, from, to }, record, isMoving);
  const loading = useLoad((signal) => loadVersions(query, signal), [JSON.stringify(query)]);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who opens a record wants to read it: the keyboard goes along, and Escape brings it back.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section
      class="details panel"
      aria-labelledby="details-title"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header>
        <h2 id="details-title" tabIndex={-1} ref={heading}>
          Record <code>{record.id}</code>
        </h2>
        <button
          type="button"
          class="plain close"
          aria-label="Close the details"
          title="Close (Escape)"
          onClick={onClose}
        >
          ✕
        </button>
        <Time at={record.at} precise />
      </header>
      <LoadedPart loading={loading} what="Loading all versions of the record">
        {(versions) => {
          const latest = versions.at(-1);
          if (!latest) return <NotHere />;
          return (
            <>
              <Tabs tab={tab} versions={versions.length} onTab={onTab} />
              <div class="details-body" role="tabpanel" id="details-panel" aria-label={TITLES[tab]} tabIndex={0}>
                {tab === 'stored' && <Stored latest={latest} versions={versions.length} onFilter={onFilter} />}
                {tab === 'versions' && <Versions versions={versions} />}
                {tab === 'follow' && <Follow log={log} text={latest.text} from={from} to={to} />}
              </div>
              <footer class="actions">
                <CopyButton text={latest.text} label="Copy JSON" />
                <a class="button" href={hrefOf('check', { log, from: query.from, to: query.to, id: record.id })}>
                  Check this record
                </a>
              </footer>
            </>
          );
        }}
      </LoadedPart>
    </section>
  );
}

const TITLES: Readonly<Record<DetailsTab, string>> = {
  stored: 'As stored',
  versions: 'Versions',
  follow: 'Follow',
};

interface TabsProps {
  readonly tab: DetailsTab;
  readonly versions: number;
  readonly onTab: (tab: DetailsTab) => void;
}

function Tabs({ tab, versions, onTab }: TabsProps) {
  const names = Object.keys(TITLES) as DetailsTab[];
  const step = (by: number) => onTab(names[(names.indexOf(tab) + by + names.length) % names.length] ?? tab);
  return (
    <div class="tabs" role="tablist" aria-label="The record">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls="details-panel"
          tabIndex={name === tab ? 0 : -1}
          ref={(element) => {
            if (name === tab && element?.parentElement?.contains(document.activeElement)) element.focus();
          }}
          onClick={() => onTab(name)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') step(1);
            if (event.key === 'ArrowLeft') step(-1);
          }}
        >
          {TITLES[name]}
          {name === 'versions' && ` (${versions})`}
        </button>
      ))}
    </div>
  );
}

interface StoredProps {
  readonly latest: Version;
  readonly versions: number;
  readonly onFilter: DetailsProps['onFilter'];
}

function Stored({ latest, versions, onFilter }: StoredProps) {
  return (
    <>
      <p class="quiet sha">
        {versions > 1 ? `The latest of ${versions} versions. ` : ''}SHA-256 <code>{latest.sha256}</code>
      </p>
      <StoredJson text={latest.text} onFilter={onFilter} />
    </>
  );
}

function NotHere() {
  return (
    <Empty title="This record is not in the range">
      <p>
        The link leads to a record that the archive does not hold at that time. It may have been deleted, with proof.
      </p>
    </Empty>
  );
}
