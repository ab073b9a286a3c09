/** A version as it is stored: its own tokens, laid out in lines, each value a way to a filter. */
import { useMemo } from 'preact/hooks';
import { clauseOf, type Operator } from '../../../filter/clauses.ts';
import { type Line, layout } from '../../../json/layout.ts';
import type { Picked } from '../../../json/pick.ts';

interface StoredJsonProps {
  readonly text: string;
  readonly onFilter: (value: Picked, operator: Operator) => void;
}

export function StoredJson({ text, onFilter }: StoredJsonProps) {
  const lines = useMemo(() => layout(text), [text]);
  return (
    <ol class="json" aria-label="The record as stored">
      {lines.map((line, index) => (
        <JsonLine key={index} line={line} onFilter={onFilter} />
      ))}
    </ol>
  );
}

function JsonLine({ line, onFilter }: { readonly line: Line } & Pick<StoredJsonProps, 'onFilter'>) {
  const { depth, pieces, value } = line;
  const picked = value && { path: value.path, token: value.token.text };
  const canFilter = picked && clauseOf(picked.path, picked.token, 'eq') !== undefined;
  return (
    <li style={{ '--depth': depth }}>
      <code>
        {pieces.map(({ kind, text }, index) =>
          canFilter && text === picked.token && kind !== 'key' ? (
            // A button would not break across lines as text does.
            <span
              key={index}
              role="button"
              tabIndex={0}
              class={`token token-${kind}`}
              title={`Only records with ${picked.path.join('/')} = ${text}`}
              onClick={() => onFilter(picked, 'eq')}
              onKeyDown={(event) => event.key === 'Enter' && onFilter(picked, 'eq')}
            >
              {text}
            </span>
          ) : (
            <span key={index} class={`token token-${kind}`}>
              {text}
            </span>
          ),
        )}
      </code>
    </li>
  );
}
