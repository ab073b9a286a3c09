/** Loaded into every process of the tests before anything else: see `canaries.ts`. */
import { watchProcess } from './canaries.ts';

watchProcess();
