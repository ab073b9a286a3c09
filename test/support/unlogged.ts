/** An access log that notes nothing, for tests of what handlers do. */
import type { AccessLog } from '../../shared/http/accessLog.ts';

export const UNLOGGED: AccessLog = {
  open: async () => ({ note: async () => undefined, concerns: () => undefined, end: async () => undefined }),
  countRefused: () => undefined,
  flush: async () => undefined,
};
