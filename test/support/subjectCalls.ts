/** `GET /api/subjects` as the host calls it, without a host; and archives in which people are named everywhere. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Role } from '../../shared/access/caller.ts';
import type { Deps } from '../../shared/deps.ts';
import type { AccessLog } from '../../shared/http/accessLog.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { getSubject } from '../../shared/http/subjects.ts';
import type { SubjectManifest } from '../../shared/subjectManifest.ts';
import { sleepless } from './exportCalls.ts';
import { UNLOGGED } from './unlogged.ts';
import { unzip } from './unzip.ts';

export interface SubjectCalled {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The error that broke the body off. */
  readonly broken: unknown;
}

export interface SubjectOptions {
  /** Of the token; without any where it is absent, as on a developer's machine. */
  readonly roles?: readonly Role[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLog;
}

/** Calls the route. @param query without its `?`. */
export async function callSubjects(
  given: Deps,
  query: string,
  { roles, headers = { 'x-purpose': 'a%20test' }, accessLog = UNLOGGED }: SubjectOptions = {},
): Promise<SubjectCalled> {
  const deps = { ...given, clock: { ...given.clock, sleep: sleepless } };
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/subjects?${query}`, headers });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'subjects' });
  const caller = roles && { oid: 'o', appId: 'a', roles, cookie: false };
  const handler = respond(deps, ROUTES.subjects, getSubject, {
    accessLog,
    authenticate: async () => caller,
  });
  const answer = (await handler(request, context)) as HttpResponseInit & { headers?: Record<string, string> };
  const called = { status: answer.status ?? 200, headers: answer.headers ?? {} };
  if (answer.body === undefined || typeof answer.body === 'string')
    return { ...called, body: Buffer.from(answer.body ?? ''), broken: undefined };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (broken) {
    return { ...called, body: Buffer.concat(chunks), broken };
  }
  return { ...called, body: Buffer.concat(chunks), broken: undefined };
}

export interface SubjectFound {
  readonly manifest: SubjectManifest;
  readonly readme: string;
  /** The lines of each log type's files, in their order. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** What is in the zip of an answer. */
export function foundIn({ body }: Pick<SubjectCalled, 'body'>): SubjectFound {
  const files = unzip(body);
  const manifest = JSON.parse(String(files.get('manifest.json'))) as SubjectManifest;
  const linesOf = (name: string) => String(files.get(name)).split('\n').slice(0, -1);
  const lines = manifest.logTypes.map((each) => [each.logType, each.files?.flatMap(({ name }) => linesOf(name)) ?? []]);
  return { manifest, readme: String(files.get('README.txt')), lines: Object.fromEntries(lines), files };
}
