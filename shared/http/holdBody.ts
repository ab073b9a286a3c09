/** What `POST /api/holds` is sent. */
import { RANGE_PARAMETERS } from '../query/range.ts';

/** A right body. `logTypes` is a comma list. */
export const HOLD_BODY = {
  case: 'HR-2026-117',
  logTypes: 'directoryAudits,interactiveSignIns',
  ...RANGE_PARAMETERS,
} as const;
