// The self-test app as an ES module, streaming mode.
import { app } from '@azure/functions';
import { register } from '../register.cjs';

app.setup({ enableHttpStream: true });
register(app);
