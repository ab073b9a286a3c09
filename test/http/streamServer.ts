/**
 * A streaming server like the one inside `@azure/functions`: the handler's answer is wrapped in the library's own
 * `HttpResponse`, and its chunks are written one after another without a look at the socket.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { HttpResponse, type HttpResponseInit } from '@azure/functions';
import { connectionOf, paced, watchConnections } from '../../shared/http/connection.ts';

// Once for a test file, as the app does when it is loaded.
watchConnections();

export interface StreamServer {
  /** Sends a request and resolves when the server has it. Nothing is read from the socket until somebody does. */
  request(): Promise<Exchange>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Exchange {
  readonly id: string;
  readonly socket: Socket;
  readonly response: ServerResponse;
  /** Errors that the body was said to have failed with. */
  readonly failures: readonly unknown[];
  /** Answers with what a handler returned, and resolves when the server's loop has ended. */
  send(answer: HttpResponseInit): Promise<void>;
  /** Answers with this body, paced by the connection. */
  answer(body: AsyncIterable<Uint8Array>): Promise<void>;
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startStreamServer(): Promise<StreamServer> {
  const waiting = new Map<string, (response: ServerResponse) => void>();
  const server = createServer((request, response) => {
    waiting.get(String(request.headers['x-ms-invocation-id']))?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let requests = 0;
  return {
    async request() {
      requests += 1;
      const id = `invocation-${requests}`;
      const { promise, resolve } = Promise.withResolvers<ServerResponse>();
      waiting.set(id, resolve);
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
      // A reset is how a client learns that an answer was broken off.
      socket.on('error', () => {});
      socket.write(`GET /api/logs HTTP/1.1\r\nHost: a\r\nx-ms-invocation-id: ${id}\r\nConnection: close\r\n\r\n`);
      const response = await promise;
      const connection = connectionOf(id);
      const failures: unknown[] = [];
      const send = async (answer: HttpResponseInit) => {
        const { status, body } = new HttpResponse(answer);
        response.statusCode = status;
        for await (const chunk of body?.values() ?? []) response.write(chunk);
        response.end();
      };
      const answer = (body: AsyncIterable<Uint8Array>) =>
        send({ body: paced(connection, body, (error) => failures.push(error)) });
      return { id, socket, response, failures, send, answer };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads an answer to where the connection ends: its body, and whether its last chunk came. */
export async function readAnswer(socket: Socket): Promise<{ body: Buffer; whole: boolean }> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => void parts.push(part)).resume();
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  const raw = Buffer.concat(parts);
  const chunks: Buffer[] = [];
  let at = raw.indexOf('\r\n\r\n') + 4;
  if (/^content-length: 0\r$/im.test(raw.toString('latin1', 0, at))) return { body: Buffer.alloc(0), whole: true };
  for (;;) {
    const sizeEnd = raw.indexOf('\r\n', at);
    const size = sizeEnd < 0 ? Number.NaN : Number.parseInt(raw.toString('latin1', at, sizeEnd), 16);
    if (size === 0) return { body: Buffer.concat(chunks), whole: true };
    if (Number.isNaN(size) || sizeEnd + 2 + size > raw.length) return { body: Buffer.concat(chunks), whole: false };
    chunks.push(raw.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = sizeEnd + 2 + size + 2;
  }
}
