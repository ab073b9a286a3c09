/** The Graph simulator in a thread of its own, on the other core. Its clock is the bench's. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type SimulatorOptions, startGraphSimulator } from '../../graphSimulator/server.ts';
import { sharedClock } from './sharedClock.ts';

interface Settings {
  readonly memory: SharedArrayBuffer;
  readonly options: SimulatorOptions;
}

/** @param memory of the clock that the simulator goes by. */
export async function startSimulatorThread(
  memory: SharedArrayBuffer,
  options: SimulatorOptions,
): Promise<{ url: string; close(): Promise<unknown> }> {
  const settings: Settings = { memory, options };
  const worker = new Worker(new URL(import.meta.url), { workerData: settings });
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { url, close: () => worker.terminate() };
}

if (parentPort) {
  const { memory, options } = workerData as Settings;
  const { url } = await startGraphSimulator({ ...options, clock: sharedClock(memory) });
  parentPort.postMessage(url);
}
