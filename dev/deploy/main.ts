/**
 * `npm run deploy`: infrastructure, package and a first answer, in one command that may be run again at any time.
 * Ends with 0 when the app answers (or the dry run is through), 1 when a step failed, 2 when it was asked wrongly.
 */
import { execFile } from 'node:child_process';
import { systemClock } from '../../shared/clock.ts';
import { createAz } from './az.ts';
import { deploy } from './deploy.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { DeployProblem } from './problem.ts';
import { explain } from './refusals.ts';
import { createSteps, StepFailed } from './steps.ts';
import { nextSteps } from './summary.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') print(HELP);
  else await run(options);
} catch (error) {
  process.stderr.write(`\n${error instanceof StepFailed ? error.message : explain('deploy', error)}\n`);
  process.exitCode = error instanceof DeployProblem ? 2 : 1;
}

async function run(options: Options): Promise<void> {
  const say = (line: string) => print(`   ${line}`);
  const az = createAz(process.env, options.subscription);
  const done = await deploy({ az, options, clock: systemClock, say, makePackage }, createSteps(print));
  print(done === undefined ? '\nNothing was changed (--dry-run).' : nextSteps({ ...done, ...options }));
}

/** `npm run package`, with the npm that runs this. */
function makePackage(): Promise<string> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) {
    throw new DeployProblem(
      "'npm run package' cannot be found from here.",
      "Start with 'npm run deploy', or give --package.",
    );
  }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [npm, 'run', '--silent', 'package'], (error, stdout, stderr) => {
      const file = /^(dist\/[^:]+\.zip): (.*)$/m.exec(stdout);
      if (error || !file)
        return reject(new DeployProblem(`The package could not be made: ${stderr}`, 'Mend the build.'));
      print(`   ${file[0]}`);
      resolve(file[1] ?? '');
    });
  });
}
