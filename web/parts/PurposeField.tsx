/** The purpose of what is being asked, in the frame: kept for the session, sent with every request. */
import { useEffect, useState } from 'preact/hooks';
import { LONGEST_PURPOSE, readPurpose, watchPurpose, writePurpose } from '../state/purpose.ts';

export function PurposeField() {
  const [purpose, setPurpose] = useState(readPurpose);
  useEffect(() => watchPurpose(setPurpose), []);
  return (
    <label class="purpose" title="Goes into the access log with every request of this tab.">
      <span>Purpose</span>
      <input
        type="text"
        value={purpose}
        maxLength={LONGEST_PURPOSE}
        placeholder="case number, ticket, …"
        autocomplete="off"
        onInput={(event) => writePurpose(event.currentTarget.value)}
      />
    </label>
  );
}
