// The self-test app as an ES module, buffered mode.
import { app } from '@azure/functions';
import { register } from '../register.cjs';

app.setup({ enableHttpStream: false });
register(app);
