/** The view of a name, loaded when it is first needed. */
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { ApiError, troubleOf } from '../api/trouble.ts';
import { LoadedPart } from '../parts/LoadedPart.tsx';
import { ProblemPanel } from '../parts/ProblemPanel.tsx';
import { useLoad } from '../state/useLoad.ts';
import { VIEWS, type View } from './table.ts';

export function ViewOf({ name }: { readonly name: string }) {
  const view = VIEWS.find((each) => each.name === name);
  useEffect(() => {
    document.title = `${view?.title ?? 'No such page'} - Entra Log Archive`;
  }, [view]);
  if (view) return <LoadedView key={view.name} view={view} />;
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        Nothing is at <code>/{name}</code>. Begin at the <a href="/">overview</a>.
      </p>
    </>
  );
}

function LoadedView({ view }: { readonly view: View }) {
  const [error, reset] = useErrorBoundary();
  const loading = useLoad(() => loadView(view), [view]);
  if (error) return <ProblemPanel trouble={troubleOf(error)} onAgain={reset} />;
  const { loaded } = loading;
  // What is loaded once is not asked for again by this page, even where it failed.
  if (loaded.state === 'failed') return <ProblemPanel trouble={loaded.trouble} onAgain={() => location.reload()} />;
  return (
    <LoadedPart loading={loading} what={`Loading ${view.title}`}>
      {({ Component }: { Component: ComponentType }) => <Component />}
    </LoadedPart>
  );
}

async function loadView(view: View): Promise<{ readonly Component: ComponentType }> {
  try {
    return { Component: await view.load() };
  } catch (error) {
    throw new ApiError({ kind: 'outdated', detail: `What ${view.title} is made of is not there.` }, error);
  }
}
