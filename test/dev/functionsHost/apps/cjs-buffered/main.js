// The self-test app as a CommonJS module, buffered mode.
const { app } = require('@azure/functions');
const { register } = require('../register.cjs');

app.setup({ enableHttpStream: false });
register(app);
