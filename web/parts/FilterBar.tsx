/** The filter: as text, as the clauses that it is made of, and with what is wrong with it at its place. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Trouble } from '../api/trouble.ts';
import { clausesOf, withoutClause } from '../filter/clauses.ts';

interface FilterBarProps {
  readonly filter: string;
  /** What the archive says of this filter, if it is not right. */
  readonly trouble: Trouble | undefined;
  readonly onFilter: (filter: string) => void;
  /** What its button says. */
  readonly action?: string;
}

const EXAMPLE = "status/errorCode ne 0 and startswith(userPrincipalName,'anna')";

export function FilterBar({ filter, trouble, onFilter, action = 'Search' }: FilterBarProps) {
  const id = useId();
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  return (
    <form
      class="filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onFilter(text.trim());
      }}
    >
      <label for={id} class="field-label">
        Filter (OData)
      </label>
      <div class="filter-row">
        <input
          id={id}
          type="text"
          class="filter-text"
          value={text}
          placeholder={EXAMPLE}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={trouble !== undefined}
          aria-describedby={`${id}-trouble`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {action}
        </button>
      </div>
      <div id={`${id}-trouble`} role="alert">
        {trouble && <FilterTrouble filter={filter} trouble={trouble} />}
      </div>
      {!trouble && <Clauses filter={filter} onFilter={onFilter} />}
    </form>
  );
}

/** The filter once more with the place marked, since a text field cannot. */
function FilterTrouble({ filter, trouble }: { readonly filter: string; readonly trouble: Trouble }) {
  const { position = 0, expected, detail } = trouble;
  const before = filter.slice(0, position);
  return (
    <div class="filter-trouble">
      <code>
        {before}
        <mark>{filter.slice(position) || ' '}</mark>
      </code>
      <code aria-hidden="true" class="bad">
        {' '.repeat(before.length)}^ {expected && `expected ${expected}`}
      </code>
      <span class="bad">{detail}</span>
    </div>
  );
}

function Clauses({ filter, onFilter }: Pick<FilterBarProps, 'filter' | 'onFilter'>) {
  const clauses = clausesOf(filter);
  if (clauses.length === 0) return null;
  return (
    <ul class="clauses" aria-label="Parts of the filter">
      {clauses.map((clause, index) => (
        <li key={clause}>
          <code>{clause}</code>
          <button
            type="button"
            class="plain"
            aria-label={`Take out: ${clause}`}
            title="Take out"
            onClick={() => onFilter(withoutClause(filter, index))}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}
