// The functions of the self-test app. The same file serves ES and CommonJS modules, buffered and streaming mode.

const { registerStreams } = require('./streams.cjs');

function register(app) {
  app.hook.appStart(() => console.log(`started in ${process.cwd()}`));
  app.hook.appTerminate(() => console.log('terminating'));
  app.hook.log((context) => {
    context.message = context.message.replace('hidden', '***');
  });
  app.hook.preInvocation((context) => {
    if (context.invocationContext.functionName !== 'hooked') return;
    context.hookData.seen = 'pre';
    const original = context.functionHandler;
    context.functionHandler = async (...inputs) => `wrapped ${await original(...inputs)}`;
  });
  app.hook.postInvocation((context) => {
    if (context.invocationContext.functionName !== 'hooked') return;
    context.result = { body: `${context.hookData.seen} ${context.result}` };
  });

  app.http('echo', { methods: ['GET', 'HEAD', 'POST'], route: 'echo/{id:int}/{opt?}', handler: echo });
  app.http('hooked', { handler: () => 'handler' });
  app.http('logging', {
    handler: (_request, context) => {
      context.log('a hidden word');
      context.debug('too fine');
      return { body: 'ok' };
    },
  });
  app.http('cookies', {
    handler: () => ({
      status: 201,
      headers: { 'x-one': '1' },
      body: 'made',
      cookies: [
        { name: 'a', value: 'b c', path: '/', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 60 },
        { name: 'd', value: 'e', expires: new Date('2030-01-02T03:04:05Z'), domain: 'example.org', sameSite: 'None' },
      ],
    }),
  });
  app.http('no-content', { handler: () => ({ status: 204 }) });
  app.http('not-modified', { handler: () => ({ status: 304, headers: { etag: '"x"' } }) });
  app.http('bytes', { handler: () => ({ body: new Uint8Array([0, 255, 13, 10, 128]) }) });
  app.http('nothing', { handler: () => undefined });
  app.http('throws', {
    handler: () => {
      throw new Error('thrown by the handler');
    },
  });
  app.http('a-user', { methods: ['GET'], route: 'users/{id}', handler: () => ({ body: 'a-user' }) });
  app.http('b-me', { methods: ['GET', 'DELETE'], route: 'users/me', handler: () => ({ body: 'b-me' }) });
  app.http('key-function', { authLevel: 'function', handler: () => ({ body: 'open' }) });
  app.http('key-admin', { authLevel: 'admin', handler: () => ({ body: 'open' }) });
  app.http('reject-later', {
    handler: () => {
      setImmediate(() => Promise.reject(new Error('nobody waits for this')));
      return { body: 'ok' };
    },
  });
  // What the process listens on, as Node itself sees it.
  app.http('listeners', {
    handler: () => ({
      jsonBody: process
        ._getActiveHandles()
        .filter((handle) => handle.listening)
        .map((handle) => handle.address().address),
    }),
  });

  registerJobs(app);
  registerStreams(app);
}

async function echo(request) {
  return {
    headers: { 'x-method': request.method },
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      header: request.headers.get('x-given'),
      body: await request.text(),
    },
  };
}

/** Timers that wait to be released, so that a test decides when a run ends. */
function registerJobs(app) {
  const waiting = [];
  app.http('release', {
    handler: () => {
      const count = waiting.length;
      for (const resolve of waiting.splice(0)) resolve();
      return { body: String(count) };
    },
  });
  app.timer('job', {
    schedule: '%JOB_SCHEDULE%',
    handler: (timer, context) => context.log(`timer ${JSON.stringify(timer)}`),
  });
  app.timer('held-job', {
    schedule: '0 0 0 1 1 *',
    handler: async () => {
      console.log('held-job begins');
      await new Promise((resolve) => waiting.push(resolve));
      console.log('held-job ends');
    },
  });
  app.http('held-request', {
    handler: async () => {
      console.log('held-request begins');
      await new Promise((resolve) => waiting.push(resolve));
      return { body: 'at last' };
    },
  });
  app.storageQueue('queued', {
    queueName: 'q',
    connection: 'c',
    handler: (message, context) => context.log(`message ${JSON.stringify(message)}`),
  });
}

module.exports = { register };
