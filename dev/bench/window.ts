/** What both sides of the ingest comparison read: one window of non-interactive sign-ins, from `BENCH_GRAPH`. */
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';

const logType = LOG_TYPES.get('nonInteractiveSignIns');
if (!logType) throw new Error('the table of log types has changed');

export const LOG_TYPE: LogType = logType;
export const GRAPH = process.env.BENCH_GRAPH ?? '';
export const WINDOW = { from: Number(process.env.BENCH_FROM), to: Number(process.env.BENCH_TO) };
