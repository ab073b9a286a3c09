/**
 * The settings that `npm start` gives the app, made from its options and its source.
 *
 * They go over the ones of the shell, except what a developer may want to choose there (`LOG_TYPES`, `PULL_SCHEDULE`, `SIGNING_KEY`, …).
 * They are checked here, by the app's own reader, so that a malformed one is a line and not a process that dies.
 */
import { ConfigError, readConfig } from '../../shared/config.ts';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { SIGNING_KEY } from './folders.ts';
import type { Options } from './options.ts';
import { StartProblem } from './problem.ts';
import type { Source } from './source.ts';

/**
 * The environment of the Functions host.
 * @param storage connection string.
 * @param signIn the settings of who may ask.
 * @throws StartProblem that names every wrong setting.
 */
export function hostEnvironment(
  shell: NodeJS.ProcessEnv,
  options: Pick<Options, 'days'>,
  source: Source,
  storage: string,
  signIn: Readonly<Record<string, string>> = { AUTH_MODE: 'none' },
): NodeJS.ProcessEnv {
  const env = {
    ...withoutSourceRetention(shell),
    PULL_SCHEDULE: shell.PULL_SCHEDULE ?? '0 */15 * * * *',
    TENANT_ID: source.tenantId,
    GRAPH_BASE_URL: source.graphUrl,
    ArchiveStorage: storage,
    ...signIn,
    // An empty one is not set either.
    SIGNING_KEY: shell.SIGNING_KEY || SIGNING_KEY,
    ...sourceRetention(options.days),
    // Empty is not set: it also hides what a local.settings.json may say.
    SIMULATED_CLOCK: source.clock ?? '',
    ...(source.speed !== undefined && {
      GRAPH_REPORTS_PER_10S: String(4 * source.speed),
      GRAPH_RISK_PER_SECOND: String(source.speed),
    }),
  };
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new StartProblem(`The settings are not usable: ${error.problems.join(' ')}`);
    throw error;
  }
  return env;
}

/** What the source keeps, and so where a first walk begins. State types show the present and have no limit. */
function sourceRetention(days: number): Record<string, string> {
  const limited = [...LOG_TYPES.values()].filter((logType) => !logType.state);
  return Object.fromEntries(limited.map(({ name }) => [`SOURCE_RETENTION_DAYS__${name}`, String(days)]));
}

function withoutSourceRetention(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('SOURCE_RETENTION_DAYS__')));
}
