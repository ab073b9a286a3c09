/** `verify.mjs`: the verifier as one file that needs Node and nothing else. `npm run build` makes it of this. */
import { statSync } from 'node:fs';
import { exitCodeOf, verify } from '../archive/verify.ts';
import { wordsOf } from '../archive/verifyWords.ts';
import { folderFiles } from './folder.ts';
import { HELP, readCommand } from './options.ts';

/** What is neither of the three verdicts: nothing was verified. */
const NOT_USED_RIGHTLY = 3;

try {
  const command = readCommand(process.argv.slice(2));
  if (command) {
    if (!statSync(command.folder).isDirectory()) throw new Error(`${command.folder} is not a folder: unpack it first`);
    const report = await verify(folderFiles(command.folder), command.options);
    process.stdout.write(command.asJson ? `${JSON.stringify(report, null, 2)}\n` : wordsOf(report));
    process.exitCode = exitCodeOf(report.verdict);
  } else process.stdout.write(HELP);
} catch (error) {
  process.stderr.write(`verify: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = NOT_USED_RIGHTLY;
}
