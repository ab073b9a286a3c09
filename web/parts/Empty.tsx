/** There is nothing here, why that is, and what to do: an answer in its own right. */
import type { ComponentChildren } from 'preact';

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="panel empty" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
