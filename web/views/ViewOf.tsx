/** The view of a name, loaded when it is first needed. */
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { troubleOf } from '../api/trouble.ts';
import { Empty } from '../parts/Empty.tsx';
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
    <Empty title="There is no such page">
      <p>
        Begin at the <a href="/">overview</a>.
      </p>
    </Empty>
  );
}

function LoadedView({ view }: { readonly view: View }) {
  const [error, reset] = useErrorBoundary();
  const loading = useLoad(async () => ({ Component: await view.load() }), [view]);
  if (error) return <ProblemPanel trouble={troubleOf(error)} onAgain={reset} />;
  return (
    <LoadedPart loading={loading} what={`Loading ${view.title}`}>
      {({ Component }: { Component: ComponentType }) => <Component />}
    </LoadedPart>
  );
}
