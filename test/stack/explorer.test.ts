/** The page in a real browser, on the running stack: one start for all views. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { testAccessLog } from '../web/browser/accessLog.ts';
import { testCheck } from '../web/browser/check.ts';
import { testFingerprint } from '../web/browser/fingerprint.ts';
import { testNarrow } from '../web/browser/narrow.ts';
import { testOverview } from '../web/browser/overview.ts';
import { testQuestions } from '../web/browser/questions.ts';
import { testSearch } from '../web/browser/search.ts';
import { testSignIn } from '../web/browser/signIn.ts';
import { testTakeAlong } from '../web/browser/take.ts';
import { startWorld, type World } from '../web/browser/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 300_000);
afterEach(async () => {
  world.stack.blobProxy.reset();
  await world.leave();
});
afterAll(() => world.close());

testSearch(() => world);
testOverview(() => world);
testNarrow(() => world);
testCheck(() => world);
testFingerprint(() => world);
testQuestions(() => world);
testTakeAlong(() => world);
testSignIn(() => world);
// The last: the world's host ends with it.
testAccessLog(() => world);
