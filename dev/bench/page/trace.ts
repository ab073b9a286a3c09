/** A trace of Chromium, as far as it says how long the page could not answer. */

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, by the clock and of the thread's own work. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface LongestTask {
  /** Milliseconds that the task itself worked: what it costs on a machine that has nothing else to do. */
  readonly workMs: number;
  /** The longest by the clock: on a machine with more to do than cores, mostly waiting. */
  readonly clockMs: number;
}

/** What versions of Chromium call a task. */
const TASKS: readonly string[] = ['RunTask', 'ThreadControllerImpl::RunTask'];

/** The longest tasks of the renderers' main threads. @throws where the trace holds none, or does not tell their work. */
export function longestTask(trace: Buffer): LongestTask {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => TASKS.includes(name) && threads.has(`${pid} ${tid}`));
  if (!tasks.some(({ tdur }) => tdur !== undefined)) throw new Error('the trace does not tell the work of any task');
  const longest = (length: (task: TraceEvent) => number | undefined) =>
    tasks.reduce((most, task) => Math.max(most, (length(task) ?? 0) / 1000), 0);
  return { workMs: longest(({ tdur }) => tdur), clockMs: longest(({ dur }) => dur) };
}
