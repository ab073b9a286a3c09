/** The fuzz campaign: requests to the whole app, each answer judged, and every name that it asked the storage for. */
import fc from 'fast-check';
import { ACCESS_LOG_TYPE } from '../../shared/logTypes.ts';
import { type Asked, openApp, type Sent } from './app.ts';
import { CONTENT, LOG_TYPES, openArchive, TENANT_ID } from './archive.ts';
import { undescribed } from './described.ts';
import { faultsOf } from './judge.ts';
import { grammarOf, isNote } from './names.ts';
import { badRanges } from './ranges.ts';
import { anyRequest, curated } from './requests.ts';

export interface Report {
  readonly requests: number;
  /** How many were answered with each status; `no function` where the host answers by itself. */
  readonly statuses: ReadonlyMap<string, number>;
  /** Names that the storage was asked for, each once. */
  readonly names: number;
  readonly logLines: number;
  /** What was wrong first, with the request as it was shrunk and where to find it again. */
  readonly failure: string | undefined;
}

export type Campaign = Awaited<ReturnType<typeof openCampaign>>;

/** Opens the archive and the app; once in a process. */
export async function openCampaign() {
  const { deps, calls } = await openArchive();
  const written = captureConsole();
  const ask = await openApp(deps);
  const isKnown = grammarOf(TENANT_ID, [...LOG_TYPES, ACCESS_LOG_TYPE.name]);
  const statuses = new Map<string, number>();
  const names = new Set<string>();
  let [requests, logLines] = [0, 0];

  async function judge(sent: Sent): Promise<Asked> {
    calls.length = 0;
    written.length = 0;
    const asked = await ask(sent);
    const strange = calls.filter((call) => !isKnown(call)).map(({ op, target }) => `${op} of '${target}'`);
    const faults = [
      ...faultsOf(sent, asked),
      ...undescribed(sent, asked),
      ...strange,
      ...written.flatMap(faultsOfLine),
    ];
    if (asked.status === 400 && !mustLook(sent) && !calls.every(isNote)) faults.push('refused after a storage call');
    if (faults.length > 0) throw new Error(faults.join('; '));
    const status = asked.route === undefined ? 'no function' : String(asked.status);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    for (const { target } of calls) names.add(target);
    requests += 1;
    logLines += written.length;
    return asked;
  }

  const report = (failure?: string): Report => ({ requests, statuses, names: names.size, logLines, failure });

  return {
    /** Ranges that nobody can answer: all of them refused, and nothing asked of the storage. */
    async ranges(): Promise<Report> {
      for (const sent of badRanges()) {
        const failed = await judge(sent).then(
          ({ status, route }) => {
            const isRefused = route !== undefined && status === 400 && calls.every(isNote);
            return isRefused ? undefined : `status ${status}, ${calls.length} storage calls\nof ${show(sent)}`;
          },
          (error: Error) => `${error.message}\nof ${show(sent)}`,
        );
        if (failed !== undefined) return report(failed);
      }
      return report();
    },
    /** One hostile text at a time; every `step`th of them. */
    async curated(step: number): Promise<Report> {
      let n = 0;
      for (const sent of curated()) {
        n += 1;
        if (n % step !== 0) continue;
        const failed = await judge(sent).then(
          () => undefined,
          (error: Error) => `${error.message}\nof ${show(sent)}`,
        );
        if (failed !== undefined) return report(failed);
      }
      return report();
    },
    /** @param path of fast-check, to run the one request that it stands for. */
    async random(seed: number, numRuns: number, path?: string): Promise<Report> {
      const property = fc.asyncProperty(anyRequest, async (sent) => {
        await judge(sent);
      });
      const run = await fc.check(property, { seed, numRuns, ...(path !== undefined && { path, endOnFailure: true }) });
      if (!run.failed) return report();
      const [sent] = run.counterexample ?? [];
      const cause = run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
      const again = `npm run fuzz -- --seed ${run.seed} --path ${run.counterexamplePath}`;
      return report(`${cause}\nof ${sent && show(sent)}\nagain: ${again}`);
    },
  };
}

/** Whether only the ledger can tell that it is wrong: a sweep of what was not read, a cursor from beyond the end. */
function mustLook({ method, target }: Sent): boolean {
  return method === 'POST' || /[?&](cursor|\$skiptoken)=/.test(target);
}

/** What the app would write to the host's log. */
function captureConsole(): string[] {
  const lines: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    console[level] = (...values: unknown[]) => lines.push(values.map(String).join(' '));
  }
  return lines;
}

/** A line of a log that is no error, is one line, and tells nothing of what records hold. */
function faultsOfLine(line: string): string[] {
  const faults: string[] = [];
  if (/[\p{Cc}\u2028\u2029]/u.test(line)) faults.push(`a log line is broken: ${JSON.stringify(line)}`);
  if (line.includes(CONTENT)) faults.push(`a log line holds content of a record: ${line}`);
  if (line.includes('"level":"error"')) faults.push(`an error was logged: ${line.slice(0, 500)}`);
  return faults;
}

function show({ method, target, headers, body }: Sent): string {
  const cut = target.length > 300 ? `${target.slice(0, 300)}… (${target.length} characters)` : target;
  return `${method} ${cut} ${JSON.stringify(headers)} ${body?.slice(0, 300) ?? ''}`;
}
