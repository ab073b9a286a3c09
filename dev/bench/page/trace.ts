/** A trace of Chromium, as far as it says how long the page could not answer. */

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** What versions of Chromium call a task. */
const TASKS: readonly string[] = ['RunTask', 'ThreadControllerImpl::RunTask'];

/** The longest task of a renderer's main thread, in milliseconds. @throws where the trace holds no task at all. */
export function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => TASKS.includes(name) && threads.has(`${pid} ${tid}`));
  if (tasks.length === 0) throw new Error('the trace holds no task of a page');
  return tasks.reduce((longest, { dur = 0 }) => Math.max(longest, dur / 1000), 0);
}
