/** A bundle is read as it was written, from a blob; what is not one, or says two things, is refused. */
import { describe, expect, it } from 'vitest';
import { zipped } from '../../shared/zip.ts';
import { openZip } from '../../web/verifier/zip.ts';

const FILES = [
  { name: 'evidence.json', bytes: Buffer.from('{"v":1}\n') },
  { name: 'ledger/é/000000000000.json', bytes: Buffer.from('entry\n') },
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'large', bytes: Buffer.alloc(3_000_000, 'x') },
];

async function zipOf(files: Iterable<{ name: string; bytes: Buffer }>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(zipped(files)));
}

const open = (bytes: Uint8Array) => openZip(new Blob([bytes as Uint8Array<ArrayBuffer>]));

/** Every file of it, read as the verifier reads. */
async function filesIn(bytes: Uint8Array): Promise<[string, string][]> {
  const { files } = await open(bytes);
  const found: [string, string][] = [];
  for await (const name of files.list()) {
    found.push([name, Buffer.from((await files.read(name, 5_000_000)) ?? []).toString()]);
  }
  return found;
}

describe('a bundle', () => {
  it('is read as it was written, and to a limit', async () => {
    const zip = await zipOf(FILES);
    expect(await filesIn(zip)).toEqual(FILES.map(({ name, bytes }) => [name, bytes.toString()]));
    const { files } = await open(zip);
    expect((await files.read('large', 1000))?.length).toBe(1001);
    expect(await files.read('no such file', 1000)).toBeUndefined();
  });

  it('has more files than a short zip can say', async () => {
    const many = Array.from({ length: 66_000 }, (_unused, n) => ({ name: `f${n}`, bytes: Buffer.from(String(n)) }));
    const { files, count } = await open(await zipOf(many));
    expect(count).toBe(66_000);
    expect(Buffer.from((await files.read('f65999', 9)) ?? []).toString()).toBe('65999');
  });

  it('that is cut anywhere, or has something behind it, is refused', async () => {
    const zip = await zipOf(FILES.slice(0, 2));
    for (let end = 0; end < zip.length; end += 1) await expect(filesIn(zip.subarray(0, end))).rejects.toThrow();
    await expect(open(Buffer.concat([zip, Buffer.of(0)]))).rejects.toThrow('something stands behind it');
  });

  it('that names a file twice, or where another lies, is refused', async () => {
    const twice = await zipOf([FILES[0], FILES[0]].flatMap((file) => file ?? []));
    await expect(open(twice)).rejects.toThrow('two files of one name');
    const zip = await zipOf(FILES.slice(0, 2));
    zip.write('EVIDENCE', 30);
    await expect(filesIn(zip)).rejects.toThrow('there is another');
  });

  it('that is anything else never brings it down', async () => {
    const zip = await zipOf(FILES.slice(0, 2));
    for (let at = 0; at < zip.length; at += 1) {
      const altered = Buffer.from(zip.with(at, (zip[at] ?? 0) ^ 0xff));
      await filesIn(altered).then(
        (found) => expect(found).toHaveLength(2),
        (error) => expect(['NotABundle', 'RangeError']).toContain(error.name),
      );
    }
  });
});
