/** What stands in place of the views while nobody is signed in, a role is missing, or the archive does not answer. */
import type { Trouble } from '../api/trouble.ts';
import { ProblemPanel } from './ProblemPanel.tsx';

interface GateProps {
  readonly trouble: Trouble;
  readonly onAgain: () => void;
}

/** The app roles (docs/ACCESS.md), as whoever assigns them in Entra ID sees them. */
const ROLES = [
  ['Archive.Read', 'search, coverage and status: what nearly everybody needs'],
  ['Archive.Export', 'taking whole ranges along, evidence bundles'],
  ['Archive.Verify', 'checkpoints and proofs'],
  ['Archive.Admin', 'asking for re-reads, legal holds'],
] as const;

export function Gate({ trouble, onAgain }: GateProps) {
  return (
    <div class="gate">
      <h1>{GATES[trouble.kind] ?? 'The archive does not answer as it should'}</h1>
      <ProblemPanel trouble={trouble} onAgain={onAgain} />
      {trouble.kind === 'forbidden' && <RolesToAskFor role={trouble.role ?? 'Archive.Read'} />}
    </div>
  );
}

const GATES: Partial<Record<Trouble['kind'], string>> = {
  signedOut: 'Sign in to see the archive',
  forbidden: 'You need a role to see the archive',
};

function RolesToAskFor({ role }: { readonly role: string }) {
  return (
    <section class="panel" aria-labelledby="roles">
      <h2 id="roles">
        Ask for the role <code>{role}</code>
      </h2>
      <p>
        Whoever administers this archive assigns it in Entra ID: Enterprise applications, the archive's application,
        Users and groups. Sign out and in again afterwards: a token carries the roles of the moment it was made.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">role</th>
            <th scope="col">is for</th>
          </tr>
        </thead>
        <tbody>
          {ROLES.map(([name, use]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>{use}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
