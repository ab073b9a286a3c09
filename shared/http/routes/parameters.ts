/** Parameters that several routes take. */
import { RANGE_PARAMETERS } from '../../query/range.ts';
import type { Parameters } from '../route.ts';

export const LOG_TYPE: Parameters = {
  logType: { example: 'directoryAudits', description: 'Name of a log type; GET /api/logs lists them.', required: true },
};

const BOUNDS = {
  from: {
    example: RANGE_PARAMETERS.from,
    description:
      'First instant that belongs to the range: ISO 8601 with Z or an offset and up to 7 fraction digits, or a date alone.',
  },
  to: { example: RANGE_PARAMETERS.to, description: 'First instant that does not. It may lie in the future.' },
} as const;

/** Both or neither: OpenAPI has no word for that. */
export const OPTIONAL_RANGE: Parameters = {
  from: { ...BOUNDS.from, description: `${BOUNDS.from.description} Only together with to.` },
  to: { ...BOUNDS.to, description: `${BOUNDS.to.description} Only together with from.` },
};

export const RANGE: Parameters = Object.fromEntries(
  Object.entries(BOUNDS).map(([name, parameter]) => [name, { ...parameter, required: true as const }]),
);

export const JSON_TYPE = ['application/json'] as const;
