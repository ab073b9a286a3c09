/**
 * The archive: the Functions host alone, or, with `--auth`, with a token issuer behind it and an imitation of App Service's
 * sign-in in front of it.
 */
import { randomUUID } from 'node:crypto';
import { startEasyAuth } from '../easyAuth/proxy.ts';
import { startTokenIssuer } from '../tokenIssuer/issuer.ts';
import type { Archive } from './host.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Options } from './options.ts';
import { oneLine, StartProblem } from './problem.ts';
import { nowAt, type Source } from './source.ts';
import { startHost } from './stack.ts';

/** What this program asks for, and the commands that it prints. */
const ROLES = ['Archive.Read', 'Archive.Export'] as const;

/** Starts it, on the port of the options. */
export async function startArchive(
  options: Options,
  source: Source,
  storage: string,
  lifecycle: Lifecycle,
): Promise<Archive> {
  if (!options.auth) return { url: await startHost(options, source, storage, lifecycle) };
  const clock = { now: () => nowAt(source.clock ?? '') };
  // Before the host, which is told where it is.
  const issuer = await startTokenIssuer({ tenantId: source.tenantId, clock });
  lifecycle.onEnd(issuer.close);
  const hostUrl = await startHost({ ...options, port: 0 }, source, storage, lifecycle, issuer.settings);
  const front = await startEasyAuth({ port: options.port, hostUrl, issuer, clock }).catch((error: unknown) => {
    throw new StartProblem(`The sign-in cannot be put in front of the archive: ${oneLine(error)}.`);
  });
  lifecycle.onEnd(front.close);
  // A service principal, like other programs that ask an archive.
  const subject = { oid: randomUUID(), roles: ROLES };
  return {
    url: front.url,
    signIn: { token: () => issuer.sign('app', subject), tokenUrl: issuer.tokenUrl(...ROLES) },
  };
}
