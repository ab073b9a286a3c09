/**
 * Texts that would break out of where they are put: a header, a file name, a line of the log. Each is put where clients and
 * Graph can put it, and what comes out is read as a client, a file system or a reader of logs would.
 */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { type LogFields, logLine } from '../../shared/logFields.ts';
import { safeFileName } from '../../shared/query/fileName.ts';
import { worldOf } from '../support/flowHarness.ts';
import { askGraph } from '../support/graphApi.ts';
import { UNLOGGED } from '../support/unlogged.ts';

const BREAKS = [
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\0',
  '\x1b[2J',
  '\x9b2J',
  '\x7f',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\t',
];
const BEHIND = [
  '',
  '{"level":"error","message":"forged"}',
  '2026-11-20T05:00:00Z information host: all is well',
  'set-cookie: a=b',
  '<script>alert(1)</script>',
  '"; filename="evil.exe',
  "'; filename*=UTF-8''evil.exe",
  '../../../etc/cron.d/x',
  'CON',
  '\u{1f600}é',
  '%0d%0aset-cookie:a=b',
  '#{jndi:ldap://example.org/a}',
];
const TEXTS = BREAKS.flatMap((brk) => BEHIND.map((behind) => `anna@contoso.example${brk}${behind}`));
const PLAIN = [
  '"',
  '\\',
  ';',
  ',',
  '/',
  ':',
  '*',
  '?',
  '<',
  '>',
  '|',
  '..',
  '.',
  ' ',
  'é',
  '日本',
  '\u{1f600}',
  '\ud800',
  '%',
  "''",
];
/** Everything above, and what matters to file names alone. */
const NAMES = [...TEXTS, ...PLAIN, ...PLAIN.map((text) => `a${text}b`)];

const RANGE = { from: '2026-11-20T00:00:00.0000000Z', to: '2026-11-21T00:00:00.0000000Z' };
const ID = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';

describe('a file name', () => {
  it('is many times tried', () => {
    expect(new Set(NAMES).size).toBe(NAMES.length);
    expect(NAMES.length).toBeGreaterThanOrEqual(200);
  });

  it('passes through a real server as one header of one value, whatever it is made of', async () => {
    const dispositions = NAMES.map((name) => `attachment; filename="${safeFileName(name, RANGE, name)}"`);
    const server = createServer(({ url }, response) => {
      const disposition = dispositions[Number(url?.slice(1))] as string;
      response.writeHead(200, { 'content-disposition': disposition }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const [n, disposition] of dispositions.entries()) {
      const [response] = (await once(get({ port, path: `/${n}`, agent: false }), 'response')) as [IncomingMessage];
      response.resume();
      expect(response.headers['content-disposition']).toBe(disposition);
      // RFC 6266: a quoted string without an escape. Nothing beyond ASCII is left that would need filename*.
      expect(disposition).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"$/);
      expect(Object.keys(response.headers)).not.toContain('set-cookie');
    }
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the id that a client gives its request', () => {
  it.each(NAMES.filter((text) => isHeaderValue(text)))('is not repeated in a header: %j', async (text) => {
    const { world } = worldOf('directoryAudits');
    for (const target of ['/v1.0/auditLogs/directoryAudits', '/v1.0/nothing']) {
      const { status, headers } = await askGraph(world.instance(), target, {
        'client-request-id': text,
        'user-agent': text,
      });
      expect(status).toBeLessThan(500);
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.stringify(headers)).not.toContain('anna@contoso');
    }
  });
});

describe('a line of the log', () => {
  it('is tried with many texts', () => {
    expect(new Set(TEXTS).size).toBe(TEXTS.length);
    expect(TEXTS.length).toBeGreaterThanOrEqual(200);
  });

  /** What the app writes when a handler throws this, as `functions/app.ts` writes it. */
  async function linesOf(error: unknown, target: string, headers: Record<string, string> = {}): Promise<string[]> {
    const lines: string[] = [];
    const log = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) =>
      lines.push(logLine(level, message, fields));
    const deps = { config: { authMode: 'none' }, log } as unknown as Deps;
    const handler = respond(
      deps,
      ROUTES.logs,
      async () => {
        throw error;
      },
      { accessLog: UNLOGGED },
    );
    const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/logs/${target}`, headers });
    const answer = (await handler(
      request,
      new InvocationContext({ invocationId: ID, functionName: 'logs' }),
    )) as HttpResponseInit;
    expect(answer.status).toBe(500);
    expect(String(answer.body)).not.toContain('anna@contoso');
    return lines;
  }

  it('quotes nothing of a record that could not be read', async () => {
    for (const text of [
      '{"user":"anna@contoso.example',
      '{"user":anna@contoso.example}',
      'anna@contoso.example    at x',
    ]) {
      const broken = (() => {
        try {
          return JSON.parse(text) as unknown;
        } catch (error) {
          return error;
        }
      })();
      const lines = await linesOf(broken, 'directoryAudits');
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain('anna');
      expect(lines[0]).toContain('injection.test.ts');
    }
  });

  it('is one for each event, with the text in it as it was', async () => {
    let events = 0;
    const written: string[] = [];
    for (const text of TEXTS) {
      const renamed = Object.assign(new Error('failed'), { name: text });
      const stacked = Object.assign(new Error('failed'), { stack: text });
      for (const error of [new Error(text), renamed, stacked, text]) {
        const lines = await linesOf(error, encodeURIComponent(text), isHeaderValue(text) ? { 'user-agent': text } : {});
        const { message, stack } = JSON.parse(lines[0] ?? '') as { message: string; stack?: string };
        expect(`${message}\n${stack}`).toContain(text);
        events += 1;
        written.push(...lines);
      }
      for (const fields of [{ cause: text }, { logType: text, from: text, kind: text }, { failed: [text, text] }]) {
        const line = logLine('warn', text, fields);
        expect(JSON.parse(line)).toEqual({ message: text, level: 'warn', ...fields });
        events += 1;
        written.push(line);
      }
    }
    // As the strictest reader splits lines, and as a terminal shows them.
    const file = `${written.join('\n')}\n`;
    expect(file.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)).toHaveLength(events + 1);
    expect(written.filter((line) => /\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(line))).toEqual([]);
  });
});

/** Whether a client can send it at all: Node refuses other bytes before any of our code. */
function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
