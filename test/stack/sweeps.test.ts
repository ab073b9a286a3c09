/** A sweep on demand through the real host: asked for over HTTP, worked off by a timer, followed over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { showRequest } from '../../shared/requests.ts';
import { fire, type Host, pause, pullAll, type Stack, startStack, statusOf } from '../support/stack.ts';

const AUDITS = 'directoryAudits';
let stack: Stack;
let host: Host;
beforeAll(async () => {
  stack = await startStack({ days: 2, perDay: 2000, settings: { LOG_TYPES: AUDITS } });
  host = await stack.startHost();
  await pullAll(host, stack.target);
});
afterAll(() => stack.close());

const post = (body: string | undefined, type = 'application/json') =>
  fetch(`${host.url}/api/sweeps`, {
    method: 'POST',
    headers: { 'content-type': type },
    ...(body !== undefined && { body }),
  });

const hourBefore = (hours: number) =>
  `${new Date(stack.target * 1000 - hours * 3_600_000).toISOString().slice(0, 13)}:00:00Z`;

describe('a sweep on demand', () => {
  it('is accepted, worked off by the next run, and says what it found', async () => {
    const span = { from: hourBefore(12), to: hourBefore(4) };
    const accepted = await post(JSON.stringify({ logType: AUDITS, ...span }));
    expect(accepted.status).toBe(202);
    const place = accepted.headers.get('location') ?? '';
    expect(await accepted.json()).toMatchObject({ ...span, state: 'waiting' });
    await fire(host, 'pull-reports');
    let shown = (await (await fetch(`${host.url}${place}`)).json()) as ReturnType<typeof showRequest>;
    for (let n = 0; n < 600 && shown.state !== 'done'; n += 1) {
      await pause(100);
      shown = (await (await fetch(`${host.url}${place}`)).json()) as typeof shown;
    }
    expect(shown).toMatchObject({ state: 'done', reached: span.to, counts: { new: 0, changed: 0, vanished: 0 } });
    expect(shown.counts.fetched).toBeGreaterThan(0);
    expect(shown.counts.duplicate).toBe(shown.counts.fetched);
  });

  it.each([
    ['not JSON', '{', 'application/json', 400],
    ['nothing', undefined, 'application/json', 400],
    ['a form', 'logType=directoryAudits', 'application/x-www-form-urlencoded', 415],
    ['too much', '{"logType":"directoryAudits"}'.padEnd(100_000), 'application/json', 413],
    ['a member too many', '{"logType":"directoryAudits","form":"x"}', 'application/json', 400],
  ])('is refused with a problem document for a body of %s', async (_what, body, type, status) => {
    const answer = await post(body, type);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status, detail: expect.stringContaining('A right body') });
    expect(text).not.toMatch(/\bat .*\.[jt]s:\d+/);
  });

  it('that nobody asked for is a 404 with a problem document', async () => {
    const answer = await fetch(`${host.url}/api/sweeps/6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('a run', () => {
  it('ends with one line for each log type, which says what status says', async () => {
    const [status] = await statusOf(host);
    const line = /\{"message":"log type after a run".*\}/.exec(host.output())?.[0] ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ logType: AUDITS, state: 'healthy', level: 'info', alarms: [] });
    expect(status).toMatchObject({ oldestGap: null, countdownSeconds: null, alarms: [] });
    expect(status?.volume.hoursSinceLastRecord).toBeGreaterThanOrEqual(0);
  });
});
