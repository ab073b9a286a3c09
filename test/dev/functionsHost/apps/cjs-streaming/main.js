// The self-test app as a CommonJS module, streaming mode.
const { app } = require('@azure/functions');
const { register } = require('../register.cjs');

app.setup({ enableHttpStream: true });
register(app);
