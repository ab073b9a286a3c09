/** What a download is made of: whole records in every format, wherever the transfer breaks, and one hash over all. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../shared/query/formats.ts';
import { createSha256 } from '../../web/crypto/sha256.ts';
import { createCutter, type RecordFormat } from '../../web/views/take/cutter.ts';
import { FORMATS, fileNameOf, formatNamed } from '../../web/views/take/formats.ts';

const NAMES = ['Ann "A" O\'Hara', 'two\r\nlines', '{brace', ',,', 'é'];
const LINES = NAMES.map((name, n) => JSON.stringify({ id: `r${n}`, userPrincipalName: name, riskLevel: 'low' }));
const FORMS: readonly RecordFormat[] = ['ndjson', 'json', 'csv'];

/** An answer over the records from `skip` on, as the archive writes it, with a sign of life in it. */
function answer(name: RecordFormat, skip = 0): Buffer {
  const format = formatOf(name, { logType: 'riskyUsers', bom: true });
  const write = (line: string) => (format.write ? format.write(Buffer.from(line)) : line).toString();
  const records = LINES.slice(skip).map(write);
  const end = name === 'ndjson' ? '\n' : '';
  const [first = '', ...others] = records;
  return Buffer.from(
    `${format.open}${first}${[...others.map((other) => `${format.between}${format.filler}${other}`)].join('')}${end}${format.close}`,
  );
}

/** What is kept of an answer that breaks after so many bytes and is gone on with. */
function taken(name: RecordFormat, breakAt: number, chunk: number): { text: string; records: number } {
  const cutter = createCutter(name);
  const kept: Uint8Array[] = [];
  let records = 0;
  const receive = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += chunk) {
      const cut = cutter.add(bytes.subarray(at, at + chunk));
      kept.push(cut.bytes.slice());
      records += cut.records;
    }
  };
  receive(answer(name).subarray(0, breakAt));
  cutter.goOn(kept.some(({ length }) => length > 0));
  receive(answer(name, records));
  kept.push(cutter.end());
  return { text: Buffer.concat(kept).toString(), records };
}

const READ: Readonly<Record<RecordFormat, (text: string) => unknown>> = {
  ndjson: (text) => text.split('\n').filter(Boolean),
  json: (text) => JSON.parse(text),
  csv: (text) => text.replaceAll('\r\n\r\n', '\r\n'),
};

describe.each(FORMS)('a download as %s', (name) => {
  it('has every record once, wherever it breaks and however it is cut', () => {
    const whole = READ[name](answer(name).toString());
    for (let breakAt = 0; breakAt < answer(name).length; breakAt += 1) {
      const { text, records } = taken(name, breakAt, 1 + (breakAt % 37));
      expect(READ[name](text), `broken after ${breakAt} bytes`).toEqual(whole);
      expect(records).toBe(LINES.length);
    }
  });
});

describe('SHA-256 piece by piece', () => {
  it('is that of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
        const hash = createSha256();
        for (const piece of pieces) hash.update(piece);
        expect(hash.digest()).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the forms', () => {
  it('name their files as the archive does, and fall back on the first', () => {
    const names = FORMATS.map((format) =>
      fileNameOf(format, 'provisioning', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00.5Z'),
    );
    expect(names).toEqual([
      'provisioning_20261120T000000Z_20261121T000000.5Z.ndjson',
      'provisioning_20261120T000000Z_20261121T000000.5Z.json',
      'provisioning_20261120T000000Z_20261121T000000.5Z.csv',
      'evidence_provisioning_20261120T000000Z_20261121T000000.5Z.zip',
    ]);
    expect(formatNamed('no such').name).toBe('ndjson');
  });
});
