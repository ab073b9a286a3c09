// Functions that stream. They carry the cure: Node's own diagnostics channel gives them the response that the library
// writes to, so that they wait for it, stop with it and break it.

const diagnostics = require('node:diagnostics_channel');
const { createHash } = require('node:crypto');

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const responses = new Map();

diagnostics.subscribe('http.server.request.start', ({ request, response }) => {
  const id = request.headers['x-ms-invocation-id'];
  if (!id) return;
  responses.set(id, response);
  response.once('close', () => responses.delete(id));
});

const state = { produced: 0, waiting: false, left: false, unawareEnded: false };

function registerStreams(app) {
  app.http('state', { handler: () => ({ jsonBody: state }) });
  app.http('flood', {
    handler: (request, context) => {
      Object.assign(state, { produced: 0, waiting: false, left: false });
      return { body: flood(responses.get(context.invocationId), Number(request.query.get('bytes'))) };
    },
  });
  app.http('broken', {
    handler: (_request, context) => ({ body: breaking(responses.get(context.invocationId)) }),
  });
  app.http('unaware', { handler: () => ({ body: unaware() }) });
  app.http('fails-in-body', { handler: () => ({ body: failing() }) });
  app.http('upload', {
    methods: ['POST'],
    handler: async (request) => {
      const hash = createHash('sha256');
      for await (const chunk of request.body ?? []) hash.update(chunk);
      return { body: hash.digest('hex') };
    },
  });
  app.http('deaf', { methods: ['POST'], handler: () => ({ status: 409, body: 'not interested' }) });
}

async function* flood(response, bytes) {
  while (state.produced < bytes && !response.destroyed) {
    state.produced += CHUNK.length;
    yield CHUNK;
    if (!response.writableNeedDrain) continue;
    state.waiting = true;
    await drainedOrClosed(response);
    state.waiting = false;
  }
  state.left = response.destroyed;
}

function drainedOrClosed(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

async function* breaking(response) {
  yield Buffer.from('first ');
  yield Buffer.from('second ');
  await new Promise((resolve) => setImmediate(resolve));
  response.destroy();
  throw new Error('the body failed');
}

async function* unaware() {
  for (let chunk = 0; chunk < 100; chunk++) {
    yield CHUNK;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  state.unawareEnded = true;
}

async function* failing() {
  yield Buffer.from('first ');
  throw new Error('the body failed');
}

module.exports = { registerStreams };
