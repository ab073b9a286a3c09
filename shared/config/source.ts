/** Settings of the source: which Graph, and by which clock. */
import type { SimulatedTime } from '../clock.ts';
import { isLoopback, SETTINGS } from '../settings.ts';
import type { Reader } from './reader.ts';

export interface SourceSettings {
  /** Origin of Microsoft Graph, without a slash at the end. */
  readonly graphBaseUrl: string;
  /** Graph runs on this machine: it gets a fixed token instead of a credential. */
  readonly graphIsLocal: boolean;
  readonly simulatedTime: SimulatedTime | undefined;
}

export function readSource({ get, problems }: Reader): SourceSettings {
  const graphBaseUrl = get('GRAPH_BASE_URL') ?? 'https://graph.microsoft.com';
  const graphIsLocal = isLoopback(new URL(graphBaseUrl).hostname);
  const simulatedTime = get('SIMULATED_CLOCK');
  if (simulatedTime && !graphIsLocal) problems.push(`SIMULATED_CLOCK wants ${SETTINGS.SIMULATED_CLOCK.wants}.`);
  return { graphBaseUrl, graphIsLocal, simulatedTime };
}
