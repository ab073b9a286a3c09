import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../dev/easyAuth/redirect.ts';

const OWN = new URL('http://127.0.0.1:7071/.auth/login/aad');

describe('where a sign-in leads', () => {
  it.each([
    ['/', '/'],
    ['/search?log=x&from=2026-11-20T00%3A00%3A00Z', '/search?log=x&from=2026-11-20T00%3A00%3A00Z'],
    ['/a/../signed-in#top', '/signed-in#top'],
    // Such a path, sent as it is, would be another host to a browser.
    ['/.//evil.example', '//evil.example'],
  ])('may be %s', (target, path) => {
    expect(placeOf(target, OWN)).toBe(`http://127.0.0.1:7071${path}`);
  });

  it.each([
    'http://evil.example/',
    'https://127.0.0.1:7071/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '///evil.example',
    'javascript:alert(1)',
    'search',
    '',
    '@evil.example',
    '.evil.example',
  ])('may not be %j', (target) => {
    expect(placeOf(target, OWN)).toBeUndefined();
  });

  it('is on this origin or nowhere', () => {
    const parts = fc.constantFrom(
      '/',
      '\\',
      '\t',
      '\r',
      '.',
      '..',
      '@',
      ':',
      '//',
      'evil.example',
      'http:',
      '%2f',
      '#',
      '?',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (all) => {
        const place = placeOf(all.join(''), OWN);
        expect(place === undefined || place.startsWith('http://127.0.0.1:7071/')).toBe(true);
      }),
    );
  });
});
