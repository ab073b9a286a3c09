/** Cursors and skiptokens as anybody can make them: the checksum is no secret, so a forged one reaches the reading of its members. */
import type { Instant } from '../../shared/archive/time.ts';
import { formatSkipToken } from '../../shared/http/graphSkipToken.ts';
import { formatCursor } from '../../shared/query/cursor.ts';
import { TENANT_ID } from '../support/flowHarness.ts';

const [FROM, TO] = ['2026-11-20T08:00:00.0000000Z', '2026-11-20T10:00:00.0000000Z'] as Instant[];
const RANGE = { from: FROM as Instant, to: TO as Instant };
const HOURS = [
  '',
  '2026-11-20T08',
  '2026-11-20T23',
  '1969-12-31T23',
  '2026-02-30T08',
  '2026-11-20T99',
  '9999-99-99T99',
  '../../x',
];
const PINS = [-1, 0, 1, 3, 999_999_999_999, 1e13, -2, 0.5];
const GIVEN = [0, 1, 29, 1e14, 1e16, -1];

/** Of the default range of the fuzz, without a filter. */
export const CURSORS: readonly string[] = HOURS.flatMap((hour) =>
  PINS.flatMap((pin) =>
    GIVEN.map((given) =>
      formatCursor({ pin, hour, given }, [TENANT_ID, 'directoryAudits', ...Object.values(RANGE), '', 'latest']),
    ),
  ),
);

/** Of the list of directoryAudits, without a filter. */
export const SKIP_TOKENS: readonly string[] = HOURS.flatMap((hour) =>
  PINS.flatMap((pin) =>
    GIVEN.map((given) => {
      const token = { range: RANGE, pins: [pin], hour, given: [given], count: undefined };
      return formatSkipToken(token, ['v1.0', 'auditLogs/directoryAudits', '', 'desc']);
    }),
  ),
);
