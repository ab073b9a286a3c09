/** The certificate's table: each log type's state and checkpoint. */
import { StateBadge } from '../../parts/StateBadge.tsx';
import { lookOf } from '../../parts/states.ts';
import { Time } from '../../parts/Time.tsx';
import type { Vouched } from './vouched.ts';

export function CertificateTable({ vouched: { summaries, checkpoints } }: { readonly vouched: Vouched }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Log type</th>
          <th scope="col">State of the range</th>
          <th scope="col">Read without a hole up to</th>
          <th scope="col">Gaps</th>
          <th scope="col">Checkpoint</th>
        </tr>
      </thead>
      <tbody>
        {summaries.logTypes.map(({ logType, state, error, coveredTo, openGaps }) => {
          const checkpoint = checkpoints.get(logType);
          return (
            <tr key={logType}>
              <th scope="row">{logType}</th>
              <td>
                <StateBadge state={state} />
                <div class="quiet">{error ?? lookOf(state).means}</div>
              </td>
              <td>{coveredTo ? <Time at={coveredTo} /> : 'unknown'}</td>
              <td class="numbers">{openGaps ?? 'unknown'}</td>
              <td class="hashes">
                {checkpoint ? (
                  <>
                    {checkpoint.size} entries, root <code>{checkpoint.root}</code>
                  </>
                ) : (
                  'no checkpoint'
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
