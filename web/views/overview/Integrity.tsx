/** What vouches for a log type: how old its newest checkpoint is, what the archive found in itself, and what is not signed yet. */
import type { LogTypeStatus } from '../../api/answers.ts';
import { loadCheckpoint } from '../../api/integrity.ts';
import { countOf, countText } from '../../parts/numbers.ts';
import { agoText, bothText } from '../../parts/times.ts';
import { useArchive } from '../../state/archive.ts';
import { useLoad } from '../../state/useLoad.ts';

interface IntegrityProps {
  readonly status: Pick<LogTypeStatus, 'logType' | 'entries' | 'integrity'>;
}

export function Integrity({ status: { logType, entries, integrity } }: IntegrityProps) {
  const { checkpointAgeSeconds: age } = integrity;
  return (
    <>
      <div>{age === null ? 'nothing signed yet' : `signed ${agoText(age)}`}</div>
      <Audit audit={integrity.lastAudit} />
      {age !== null && <Signed logType={logType} entries={entries} />}
    </>
  );
}

function Audit({ audit }: { readonly audit: LogTypeStatus['integrity']['lastAudit'] }) {
  const archive = useArchive();
  if (!audit) return <div class="quiet">not audited yet</div>;
  const { time, segments, mismatches, index } = audit;
  const isFine = mismatches === 0 && index === 'same';
  const found = mismatches > 0 ? `${countText(mismatches)} wrong` : isFine ? 'all well' : 'its index differs';
  return (
    <div class={isFine ? '' : 'bad'} title={`${countOf(segments, 'segment')} read and hashed at ${bothText(time)}`}>
      audited {agoText((archive.now() - Date.parse(time)) / 1000)}: {found}
    </div>
  );
}

/** How far the newest checkpoint reaches: known to whoever may see checkpoints. */
function Signed({ logType, entries }: { readonly logType: string; readonly entries: number }) {
  const { loaded } = useLoad((signal) => loadCheckpoint(logType, signal), [logType], String(entries));
  if (loaded.state !== 'there') {
    const isFailure = loaded.state === 'failed' && loaded.trouble.kind !== 'forbidden';
    return isFailure ? <div class="bad">{loaded.trouble.detail}</div> : null;
  }
  const newer = Math.max(0, entries - (loaded.value?.size ?? 0));
  return (
    <div class="quiet">
      {countText(loaded.value?.size ?? 0)} entries{newer > 0 && `, ${countText(newer)} newer`}
    </div>
  );
}
