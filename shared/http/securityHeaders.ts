/** Headers of every answer. A route that says one of them itself, as the page does of its policy, is heard. */
import type { HttpResponseInit } from '@azure/functions';
import { PRIVATE } from './problem.ts';

/** What is answered is for one reader, and no page but ours may run, frame or embed it. */
const HEADERS = {
  ...PRIVATE,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-frame-options': 'DENY',
} as const;

export function secured(answer: HttpResponseInit): HttpResponseInit {
  return { ...answer, headers: { ...HEADERS, ...(answer.headers as Record<string, string> | undefined) } };
}
