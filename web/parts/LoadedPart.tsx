/** Draws something that is being loaded: waiting, trouble, or the value. */
import type { ComponentChildren } from 'preact';
import type { Loading } from '../state/useLoad.ts';
import { ProblemPanel } from './ProblemPanel.tsx';
import { Waiting } from './Waiting.tsx';

interface LoadedPartProps<T> {
  readonly loading: Loading<T>;
  /** What is being done, as in "Loading the versions". */
  readonly what: string;
  readonly slowly?: string;
  readonly children: (value: T) => ComponentChildren;
}

export function LoadedPart<T>({ loading, what, slowly, children }: LoadedPartProps<T>) {
  const { loaded, again, cancel } = loading;
  if (loaded.state === 'there') return <>{children(loaded.value)}</>;
  if (loaded.state === 'failed') return <ProblemPanel trouble={loaded.trouble} onAgain={again} />;
  return <Waiting what={what} onCancel={cancel} {...(slowly !== undefined && { slowly })} />;
}
