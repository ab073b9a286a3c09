/** The filter: as text, as the clauses that it is made of, and with what is wrong with it at its place. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Trouble } from '../api/trouble.ts';
import { clausesOf, withoutClause } from '../filter/clauses.ts';
import { exampleFor } from '../filter/examples.ts';
import { UnknownFields } from './UnknownFields.tsx';

interface FilterBarProps {
  readonly log: string;
  readonly filter: string;
  /** What the archive says of this filter, if it is not right. */
  readonly trouble: Trouble | undefined;
  /** Fields that no record of the log type is known to have, as the archive says; empty where there are none. */
  readonly unknownFields: string;
  readonly onFilter: (filter: string) => void;
  /** What its button says. */
  readonly action?: string;
}

export function FilterBar({ log, filter, trouble, unknownFields, onFilter, action = 'Search' }: FilterBarProps) {
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
          placeholder={exampleFor(log)}
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
        {!trouble && unknownFields && <UnknownFields names={unknownFields} />}
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
