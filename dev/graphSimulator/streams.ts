/**
 * What the simulated tenant produces for each log type, as a table: how many records a day, and what they look like.
 *
 * A log type's place in the table is part of the seed of its rows: rows stay what they are as long as rows of the table
 * are only ever added at its end.
 */
import { type GraphLogType, LOG_TYPES } from '../../shared/logTypes.ts';
import { attributeAudits, directoryAudits } from './records/audits.ts';
import type { Facts } from './records/facts.ts';
import { provisioning } from './records/provisioning.ts';
import { principalRiskDetections, riskDetections, riskyPrincipals, riskyUsers } from './records/risk.ts';
import { betaSignIns, v1SignIns } from './records/signIns.ts';

export interface Printer {
  /** The members of a record of ordinary shape. */
  readonly keys: ReadonlySet<string>;
  /** A record's JSON text. */
  readonly print: (facts: Facts) => string;
}

/** How rows come to be: events happen once; detections are born and then move; entities exist and move now and then. */
export type Population =
  | { readonly kind: 'events' | 'detections'; readonly share: number }
  | { readonly kind: 'entities'; readonly least: number; readonly most: number; readonly share: number };

export interface Stream {
  readonly logType: GraphLogType;
  /** Position in the table: part of every row's seed. */
  readonly ordinal: number;
  readonly population: Population;
  /** Times are printed in whole seconds, though stored finer. */
  readonly wholeSeconds: boolean;
  readonly printer: Printer;
  /** How the API version that is not the log type's own prints the same rows. */
  readonly v1Printer?: Printer;
}

const events = (share: number): Population => ({ kind: 'events', share });
const detections = (share: number): Population => ({ kind: 'detections', share });
/** `share` of the records a day is the number of entities, between two bounds. */
const entities = (least: number, most: number, share: number): Population => ({ kind: 'entities', least, most, share });

const SECONDS = { wholeSeconds: true };
const TICKS = { wholeSeconds: false };

const TABLE: readonly (Omit<Stream, 'logType' | 'ordinal'> & { readonly name: string })[] = [
  {
    name: 'interactiveSignIns',
    population: events(0.09),
    ...SECONDS,
    printer: betaSignIns('interactiveUser'),
    v1Printer: v1SignIns,
  },
  { name: 'nonInteractiveSignIns', population: events(0.6), ...SECONDS, printer: betaSignIns('nonInteractiveUser') },
  { name: 'servicePrincipalSignIns', population: events(0.18), ...SECONDS, printer: betaSignIns('servicePrincipal') },
  { name: 'managedIdentitySignIns', population: events(0.07), ...SECONDS, printer: betaSignIns('managedIdentity') },
  { name: 'directoryAudits', population: events(0.045), ...TICKS, printer: directoryAudits },
  { name: 'provisioning', population: events(0.012), ...SECONDS, printer: provisioning },
  { name: 'riskDetections', population: detections(0.0015), ...TICKS, printer: riskDetections },
  {
    name: 'servicePrincipalRiskDetections',
    population: detections(0.0005),
    ...TICKS,
    printer: principalRiskDetections,
  },
  { name: 'riskyUsers', population: entities(12, 1000, 0.01), ...TICKS, printer: riskyUsers },
  { name: 'riskyServicePrincipals', population: entities(4, 150, 0.002), ...TICKS, printer: riskyPrincipals },
  { name: 'customSecurityAttributeAudits', population: events(0.001), ...TICKS, printer: attributeAudits },
];

/** Every stream by the name of its log type. */
export const STREAMS: ReadonlyMap<string, Stream> = new Map(
  TABLE.map(({ name, ...stream }, ordinal) => [name, { ...stream, ordinal, logType: logTypeOf(name) }]),
);

function logTypeOf(name: string): GraphLogType {
  const logType = LOG_TYPES.get(name);
  if (logType === undefined) throw new Error(`the simulator knows a log type that the product does not: ${name}`);
  return logType;
}
