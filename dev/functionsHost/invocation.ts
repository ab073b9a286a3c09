/**
 * One invocation: arguments, preInvocation hooks, the handler, postInvocation hooks, the answer.
 *
 * The order, the mutable hook contexts and `state` are the real worker's. A failure is logged with the function's name
 * and thrown on: what it means for a client or a schedule is the caller's affair.
 */

import { randomBytes } from 'node:crypto';
import type { Core, RegisteredFunction } from './coreModule.ts';
import type {
  InvocationContext,
  InvocationResponse,
  LogCategory,
  LogLevel,
  RetryContext,
  TypedData,
} from './coreTypes.ts';
import { triggerOf } from './functions.ts';
import { stackOf } from './hostError.ts';
import type { Log } from './log.ts';

export interface Invocation {
  readonly fn: RegisteredFunction;
  readonly invocationId: string;
  /** The trigger's value. */
  readonly data: TypedData;
  readonly triggerMetadata?: Record<string, TypedData>;
  readonly retryContext?: RetryContext;
}

/** Runs one invocation to its end. In streaming mode that is after the body. Rejects as the handler or a hook does. */
export type Invoke = (invocation: Invocation) => Promise<InvocationResponse>;

/** An invoker for the app registered in `core`. */
export function createInvoke(core: Core, log: Log): Invoke {
  return async (invocation) => {
    const { name } = invocation.fn.metadata;
    try {
      return await run(core, log, invocation);
    } catch (error) {
      log('error', name, `Invocation ${invocation.invocationId} failed: ${stackOf(error)}`);
      throw error;
    }
  };
}

async function run(core: Core, log: Log, invocation: Invocation): Promise<InvocationResponse> {
  const model = core.model();
  if (!model) throw new Error('No programming model is registered.');
  const current: { invocationContext?: unknown; hookData: Record<string, unknown> } = { hookData: {} };
  const context = coreContext(core, log, invocation, current);
  const library = await model.getInvocationModel(context);
  const { context: invocationContext, inputs } = await library.getArguments();
  current.invocationContext = invocationContext;
  const shared = { hookData: current.hookData, appHookData: core.appHookData, invocationContext };

  context.state = 'preInvocationHooks';
  const before = { ...shared, inputs, functionCallback: invocation.fn.callback };
  for (const hook of core.hooks('preInvocation')) await hook(before);

  context.state = 'invocation';
  const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null, error: null };
  try {
    after.result = await library.invokeFunction(invocationContext, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('The handler threw nothing.');
  }

  context.state = 'postInvocationHooks';
  for (const hook of core.hooks('postInvocation')) await hook(after);
  context.state = undefined;
  if (after.error !== null && after.error !== undefined) throw after.error;
  return await library.getResponse(invocationContext, after.result);
}

function coreContext(
  core: Core,
  log: Log,
  invocation: Invocation,
  current: { readonly invocationContext?: unknown; readonly hookData: Record<string, unknown> },
): InvocationContext {
  const { invocationId, data, triggerMetadata = {}, retryContext } = invocation;
  const { name, functionId = name, bindings } = invocation.fn.metadata;
  return {
    invocationId,
    metadata: { name, bindings },
    request: {
      invocationId,
      functionId,
      inputData: [{ name: triggerOf(invocation.fn).name, data }],
      triggerMetadata,
      traceContext: { traceParent: newTraceParent(), traceState: '', attributes: {} },
      ...(retryContext && { retryContext }),
    },
    log: (level, category, message) => {
      const changed = afterLogHooks(core, { ...current, level, category, message });
      log(changed.level, name, changed.message, category);
    },
  };
}

/** Log hooks may change what the app logs, not what the library does; one that throws is passed over, as in the worker. */
function afterLogHooks(
  core: Core,
  line: { level: LogLevel; category: LogCategory; message: string },
): { level: LogLevel; message: string } {
  const context = { ...line, appHookData: core.appHookData };
  for (const hook of core.hooks('log')) {
    try {
      hook(context);
    } catch {
      // The worker does the same: a fault in logging is not a fault of the invocation.
    }
  }
  return line.category === 'user' ? context : line;
}

/** W3C trace context, version 00, sampled. */
function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
