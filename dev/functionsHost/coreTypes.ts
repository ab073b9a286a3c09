/**
 * The contract between the `@azure/functions` library and the runtime that hosts it, as far as this host uses it.
 *
 * The library's half is internal to Microsoft's Node worker and is not published on npm; these types are read from
 * the source of `@azure/functions` 4.16.5 (`src/InvocationModel.ts`, `src/converters/`). Only the development host
 * imports them: the product never does.
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

interface Nullable<T> {
  readonly value?: T;
}

/** A cookie of a buffered answer. `sameSite` "none" means "not set", "explicitNone" means `SameSite=None`. */
export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds: number }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  readonly maxAge?: Nullable<number>;
  readonly sameSite: 'none' | 'lax' | 'strict' | 'explicitNone';
}

export type NullableMap = Record<string, Nullable<string>>;

/** A request on its way in, or an answer on its way out. */
export interface HttpData {
  method?: string;
  url?: string;
  nullableHeaders?: NullableMap;
  nullableQuery?: NullableMap;
  nullableParams?: NullableMap;
  body?: TypedData;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
}

/** One value: exactly one of the fields is set. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: HttpData;
  int?: number;
  double?: number;
}

export interface Binding {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [option: string]: unknown;
}

interface Duration {
  readonly seconds: number;
}

/** A retry policy. `maxRetryCount` -1 is without end. */
export interface RetryOptions {
  readonly maxRetryCount: number;
  readonly retryStrategy: 'fixedDelay' | 'exponentialBackoff';
  readonly delayInterval?: Duration;
  readonly minimumInterval?: Duration;
  readonly maximumInterval?: Duration;
}

export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: { readonly message: string; readonly source: string; readonly stackTrace: string };
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Record<string, Binding>;
  readonly retryOptions?: RetryOptions;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

export interface InvocationContext {
  readonly invocationId: string;
  readonly request: {
    readonly invocationId: string;
    readonly functionId: string;
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Record<string, TypedData>;
    readonly traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
    readonly retryContext?: RetryContext;
  };
  readonly metadata: Pick<FunctionMetadata, 'name' | 'bindings'>;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

/** What the library makes of one invocation; the host calls the three methods in this order. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

/** The library, as it presents itself to the host. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: InvocationContext): InvocationModel | Promise<InvocationModel>;
}
