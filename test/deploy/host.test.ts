/** What host.json tells the host of Azure about telemetry: alerts are blind where the app's own lines do not arrive. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const host = JSON.parse(readFileSync('host.json', 'utf8')) as {
  telemetryMode: string;
  logging: { logLevel: Record<string, string> };
};

it('lets every line that the app writes through, in OpenTelemetry', () => {
  expect(host.telemetryMode).toBe('OpenTelemetry');
  // The app writes to the console; the host files that under this category, below Warning unless it is an error.
  expect(host.logging.logLevel['Host.Function.Console']).toBe('Information');
});

it('says nothing that this mode ignores', () => {
  expect(Object.keys(host.logging)).toEqual(['logLevel']);
});
