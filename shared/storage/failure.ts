/**
 * What a failed storage call looks like to the rest of the product: one error that says what was attempted, how the
 * store refused, and what to do next.
 *
 * It is built from the status, the code and the request id alone. The SDK's own error is not kept as a cause, because
 * it holds the request with its signature and body, and neither secrets nor row content may reach a log.
 */

/** What was attempted, in the words of the error message, and what permits it. */
export interface StorageOperation {
  /** Completes "Cannot …", for instance `read blob 'ledger/x.json'`. */
  readonly doing: string;
  /** The Azure permission that the operation needs. */
  readonly right: string;
  /** The narrowest built-in role that has it. */
  readonly role: string;
}

/** How the store answered. All `undefined` means that no answer came. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number | undefined;
  /** The service's error code (`BlobNotFound`), or the system's (`ECONNRESET`). */
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** What went wrong where there was no answer. */
  readonly reason?: string;
}

/** A storage call failed in a way its caller cannot read as an answer. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(operation: StorageOperation, refusal: Refusal, options?: ErrorOptions) {
    super(`Cannot ${operation.doing}: ${describe(refusal)}. ${nextStep(operation, refusal)}`, options);
    this.status = refusal.status;
    this.code = refusal.code;
  }
}

/** Reads status, code and request id from whatever the storage SDKs threw. */
export function refusalOf(error: unknown): Refusal {
  const { name, message, statusCode, code, response } = error as SdkError;
  const header = (key: string) => response?.headers?.get(key) ?? undefined;
  // Credential errors also carry a status, but it is the identity service's, not the store's.
  if (name !== 'RestError' || statusCode === undefined) {
    return { status: undefined, code, requestId: undefined, reason: `${name}: ${message}` };
  }
  return {
    status: statusCode,
    code: header('x-ms-error-code') ?? response?.parsedBody?.odataError?.code ?? code,
    requestId: header('x-ms-request-id'),
  };
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly response?: {
    readonly headers?: { get(name: string): string | undefined };
    readonly parsedBody?: { readonly odataError?: { readonly code?: string } };
  };
}

function describe({ status, code, requestId, reason }: Refusal): string {
  if (status === undefined) return `no answer (${reason ?? code ?? 'unknown cause'})`;
  return `HTTP ${status} ${code ?? 'without a code'}${requestId ? `, request ${requestId}` : ''}`;
}

/** Codes: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  AuthenticationFailed: 'Check the account key or the identity, and the clock of this machine (15 minutes at most).',
  AuthorizationFailure:
    'Check the account key or the identity, and that the network rules of the storage account admit this app.',
  KeyBasedAuthenticationNotPermitted:
    'The account refuses keys: set the service URIs instead of a connection string, and use a managed identity.',
  TableNotFound: 'Deploy infra/main.bicep, or create the table.',
  ENOTFOUND: 'Check the host name in the storage settings.',
  ECONNREFUSED: 'Nothing listens there: start the local storage, or check the host and port in the storage settings.',
};

function nextStep({ right, role }: StorageOperation, { status, code }: Refusal): string {
  const known = NEXT_STEPS[code ?? ''];
  if (known) return known;
  if (status === 403) {
    return (
      `The identity lacks the right ${right}. Give it the role '${role}', or a custom role with that right, on the ` +
      'storage account; it can take 10 minutes to work.'
    );
  }
  const passing = status === undefined || status === 408 || status === 429 || status >= 500;
  return passing
    ? 'Usually this passes: run it again, and look at the health of the storage account if it stays.'
    : 'Running it again will not help: look the code up in the documentation of Azure Storage.';
}
