/** Short schedules for `--exhaustive`: each meets every fault at every one of its calls, one at a time. */
import type { Plan } from './plan.ts';

const HOUR = 3600;

const calm: Omit<Plan, 'seed' | 'logTypes' | 'pauses'> = {
  sourceDays: 1,
  start: Date.parse('2026-11-20T12:20:00Z'),
  instances: 1,
  pageSize: 3,
  rowsPerDay: 8,
  hourlyRows: 0,
  graphSkew: 0,
  clockSkew: [0, 0],
  faultRate: 0,
  graphFaultRate: 0,
};

export const SCENARIOS: Readonly<Record<string, Plan>> = {
  'two timers at once, and again after a sweep has fallen due': {
    ...calm,
    seed: 2,
    logTypes: ['directoryAudits'],
    instances: 2,
    pauses: [0, 3 * HOUR],
  },
  'rows in no order': { ...calm, seed: 3, logTypes: ['provisioning'], instances: 2, pauses: [900, 6 * HOUR] },
  'a first read cut in two': {
    ...calm,
    seed: 4,
    logTypes: ['riskyUsers'],
    hourlyRows: 66,
    pauses: [900],
    pageSize: 50,
  },
  'the daily read of a state type': {
    ...calm,
    seed: 6,
    logTypes: ['riskyUsers'],
    rowsPerDay: 4,
    pauses: [0, 25 * HOUR],
  },
  'after an outage that outlasted the source': {
    ...calm,
    seed: 5,
    logTypes: ['directoryAudits'],
    instances: 2,
    rowsPerDay: 4,
    pauses: [0, 60 * HOUR],
  },
};
