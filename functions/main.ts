/** The app's only entry: `package.json` names it as `main`, and it loads every trigger, one file each. */
import './checkpoint.ts';
import './coverage.ts';
import './evidence.ts';
import './expire.ts';
import './graph.ts';
import './health.ts';
import './holds.ts';
import './integrity.ts';
import './logs.ts';
import './pull-reports.ts';
import './pull-risk.ts';
import './segments.ts';
import './status.ts';
import './sweeps.ts';
import './verify.ts';
