/**
 * The Explorer's files. They are read once, into a table of what the build made; a URL is looked up in it and never
 * becomes a path of the file system.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { acceptsGzip } from '../query/accept.ts';
import { type Answer, type Call, whole } from './call.ts';
import { Problem } from './problem.ts';

/** One file of the build. */
interface BuiltFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
}

/** By path of the URL. */
export type Built = ReadonlyMap<string, BuiltFile>;

/** Nothing from another host, nothing inline, in no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // A URL of the page says what is being looked for.
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  // The camera reads a key's fingerprint, when it is asked to.
  'permissions-policy': 'camera=(self), geolocation=(), microphone=()',
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const PAGE = '/index.html';
/** A view's URL is one word; its state is in the query. The page itself says that there is no such view. */
const VIEW = /^\/(?!api$)[a-z-]*$/;
/** Words of the views: `web/views/table.ts`, and where a sign-in in another tab ends. */
const VIEWS: ReadonlySet<string> = new Set(['/', '/search', '/questions', '/take', '/check', '/signed-in']);
/** Vite names what lies here by its content. */
const HASHED = '/assets/';

/**
 * Reads the build.
 * @param folder where it lies.
 * @param values what takes the place of `%NAME%` in the page.
 * @returns a function that reads at its first call, and anew after a failure.
 */
export function readBuilt(folder: string, values: Readonly<Record<string, string>>): () => Promise<Built> {
  let reading: Promise<Built> | undefined;
  return () => {
    reading ??= readFolder(folder, values).catch((error) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}

/** @throws Problem 404 for what the build did not make, 503 where nothing was built. */
export async function getExplorer({ request, url }: Call, built: () => Promise<Built>): Promise<Answer> {
  const isView = VIEW.test(url.pathname);
  const name = isView ? PAGE : url.pathname;
  const file = (await built()).get(name);
  if (!file) throw notThere(url.pathname);
  const { bytes, gzip, etag, cacheControl, type } = file;
  const headers = { ...SECURITY, etag, 'cache-control': cacheControl, vary: 'accept-encoding' };
  if (request.headers.get('if-none-match')?.includes(etag)) return { status: 304, headers };
  const zipped = acceptsGzip(request.headers.get('accept-encoding'));
  const sent = { ...headers, 'content-type': type, ...(zipped && { 'content-encoding': 'gzip' }) };
  const status = isView && !VIEWS.has(url.pathname) && { status: 404 };
  return { ...status, headers: sent, ...(request.method !== 'HEAD' && { body: whole(zipped ? gzip : bytes) }) };
}

async function readFolder(folder: string, values: Readonly<Record<string, string>>): Promise<Built> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT')
      throw new Problem(503, 'Explorer not built', `Run 'npm run build': it makes the page.`);
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile() && extname(entry.name) in TYPES);
  const rows = files.map(async ({ parentPath, name }): Promise<[string, BuiltFile]> => {
    const path = join(parentPath, name);
    const key = `/${path.slice(join(folder, sep).length).split(sep).join('/')}`;
    return [key, builtFile(key, await readFile(path), values)];
  });
  return new Map(await Promise.all(rows));
}

function builtFile(key: string, read: Buffer, values: Readonly<Record<string, string>>): BuiltFile {
  const bytes = key === PAGE ? Buffer.from(filled(read.toString(), values)) : read;
  return {
    type: TYPES[extname(key)] ?? '',
    bytes,
    gzip: gzipSync(bytes, { level: 9 }),
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
    cacheControl: key.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

function filled(page: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`%${name}%`, value), page);
}

function notThere(path: string): Problem {
  const isApi = path === '/api' || path.startsWith('/api/');
  const next = isApi ? 'GET /api/openapi.json and the README list the routes.' : 'The Explorer begins at /.';
  return new Problem(404, 'Not found', `There is nothing at ${path.slice(0, 200)}. ${next}`);
}
