/** The certificate's table: each log type's state, what is held of it, its checkpoint, and every gap. */
import { GapList } from '../../parts/GapList.tsx';
import { countText } from '../../parts/numbers.ts';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { lookOf } from '../../parts/states.ts';
import { Time } from '../../parts/Time.tsx';
import type { Vouched, VouchedLogType } from './vouched.ts';

const HEADS = ['Log type', 'State of the range', 'Read without a hole up to', 'Records', 'Checkpoint'] as const;

interface CertificateTableProps {
  readonly vouched: Vouched;
  /** By log type when its first read begins; absent before that. */
  readonly begins: ReadonlyMap<string, string>;
}

export function CertificateTable({ vouched: { logTypes }, begins }: CertificateTableProps) {
  return (
    <div class="certificate-scroll">
      <table>
        <thead>
          <tr>
            {HEADS.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {logTypes.map((each) => (
          <Rows key={each.summary.logType} of={each} begin={begins.get(each.summary.logType)} />
        ))}
      </table>
    </div>
  );
}

function Rows({ of: vouched, begin }: { readonly of: VouchedLogType; readonly begin: string | undefined }) {
  const { logType, state, error, from, coveredTo } = vouched.summary;
  const gaps = vouched.coverage?.gaps ?? [];
  const beginsWithin = begin !== undefined && from !== undefined && Date.parse(begin) > Date.parse(from);
  return (
    <tbody>
      <tr class={gaps.length > 0 ? 'with-gaps' : undefined}>
        <th scope="row">{logType}</th>
        <td>
          <StateBadge state={state} />
          <div class="quiet">{error ?? lookOf(state).means}</div>
          {beginsWithin && (
            <div>
              It begins at <Time at={begin} />.
            </div>
          )}
          {vouched.coverage && gaps.length === 0 && <div>No gap.</div>}
        </td>
        <td>{coveredTo ? <Time at={coveredTo} /> : 'unknown'}</td>
        <td class="numbers">
          {typeof vouched.records === 'number' ? (
            countText(vouched.records)
          ) : (
            <span class="quiet">{vouched.records}</span>
          )}
        </td>
        <td class="hashes">
          <Checkpoint of={vouched} />
        </td>
      </tr>
      {gaps.length > 0 && (
        <tr>
          <td colSpan={HEADS.length} class="certificate-gaps">
            <span class="hidden">Gaps of {logType}:</span>
            <GapList gaps={gaps} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Checkpoint({ of: { checkpoint } }: { readonly of: VouchedLogType }) {
  if (!checkpoint) return <>no checkpoint</>;
  const { size, root, time } = checkpoint;
  return (
    <>
      {countText(size)} entries, root <code>{root}</code>, the newest made at <Time at={time} />
    </>
  );
}
