/** The page: what the archive is has to be known before a view is drawn; without a sign-in or a role it says so. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { LogTypeInfo } from './api/answers.ts';
import { SIGNED_IN_VIEW, tellSignedIn, watchSignIn } from './api/signIn.ts';
import { Frame } from './Frame.tsx';
import { Gate } from './parts/Gate.tsx';
import { Waiting } from './parts/Waiting.tsx';
import { ArchiveContext, type Look, loadArchive } from './state/archive.ts';
import { useKnownArchive } from './state/useKnownArchive.ts';
import { useLoad } from './state/useLoad.ts';
import { usePlace } from './state/usePlace.ts';
import { ViewOf } from './views/ViewOf.tsx';

export function App() {
  const { view } = usePlace();
  if (view === SIGNED_IN_VIEW) return <SignedIn />;
  return <ArchivePage view={view} />;
}

function ArchivePage({ view }: { readonly view: string }) {
  const { loaded, again, cancel } = useLoad(loadArchive, []);
  useEffect(() => (loaded.state === 'failed' ? watchSignIn(again) : undefined), [loaded, again]);
  return (
    <Frame view={view}>
      {loaded.state === 'waiting' && <Waiting what="Asking the archive what it holds" onCancel={cancel} />}
      {loaded.state === 'failed' && <Gate trouble={loaded.trouble} onAgain={again} />}
      {loaded.state === 'there' && (
        <KnownArchive {...loaded.value}>
          <ViewOf name={view} />
        </KnownArchive>
      )}
    </Frame>
  );
}

interface KnownArchiveProps {
  readonly logTypes: readonly LogTypeInfo[];
  readonly first: Look;
  readonly children: ComponentChildren;
}

function KnownArchive({ logTypes, first, children }: KnownArchiveProps) {
  return <ArchiveContext.Provider value={useKnownArchive(logTypes, first)}>{children}</ArchiveContext.Provider>;
}

/** Where a sign-in in another tab ends: the tab that asked for it is told, and goes on. */
function SignedIn() {
  useEffect(() => {
    tellSignedIn();
    close();
  }, []);
  return (
    <main class="page gate">
      <h1>You are signed in</h1>
      <p>The tab that you came from goes on by itself. You can close this one.</p>
    </main>
  );
}
