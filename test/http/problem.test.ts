import { describe, expect, it } from 'vitest';
import { Problem, problemAnswer } from '../../shared/http/problem.ts';

describe('a problem document', () => {
  it('has the members of RFC 9457 and its own type', () => {
    const problem = new Problem(400, 'Bad parameter', "'from' is missing.", { parameter: 'from' });
    const { status, headers, body } = problemAnswer(problem, 'id-1');
    expect(status).toBe(400);
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(body.endsWith('}\n')).toBe(true);
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Bad parameter',
      status: 400,
      detail: "'from' is missing.",
      instance: 'urn:uuid:id-1',
      parameter: 'from',
    });
  });

  it('carries further headers', () => {
    const problem = new Problem(503, 'Away', 'Wait.', {}, { 'retry-after': '10' });
    expect(problemAnswer(problem, 'x').headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' });
  });

  it('never carries a stack', () => {
    const { body } = problemAnswer(new Problem(500, 'a', 'b'), 'x');
    expect(body).not.toMatch(/stack|problem\.test/);
  });

  it('is one line, whatever its text', () => {
    const { body } = problemAnswer(new Problem(400, 'a', 'line\r\nbreak\u2028"quote'), 'x');
    expect(body.split('\n').length).toBe(2);
    expect(JSON.parse(body).detail).toBe('line\r\nbreak\u2028"quote');
  });

  it('is an error with its detail as message', () => {
    const problem = new Problem(404, 'Not here', 'Look elsewhere.');
    expect(problem).toBeInstanceOf(Error);
    expect([problem.name, problem.message]).toEqual(['Problem', 'Look elsewhere.']);
  });
});
