/** Reads a zip by its directory, past the code that writes it; everything that is stated twice agrees. */
import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

/** The files of a zip, in the order of its directory. */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50, 'the end of the directory');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const files = new Map<string, Buffer>();
  for (let n = 0; n < count; n += 1) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50, 'a record of the directory');
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    assert.equal(zip.readUInt32LE(local), 0x04034b50, 'a record before a file');
    const start = local + 30 + nameLength + zip.readUInt16LE(local + 28);
    const stored = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const isGrown = (zip.readUInt16LE(at + 8) & 8) !== 0;
    // Flags, method, time, CRC-32, sizes and length of the name are the same in both; of a file that grew CRC-32 and sizes
    // stand behind it.
    const behind = start + stored.length;
    const sums = isGrown ? zip.subarray(behind + 4, behind + 16) : zip.subarray(local + 14, local + 26);
    if (isGrown) assert.equal(zip.readUInt32LE(behind), 0x08074b50, `what stands behind ${name}`);
    const stated = Buffer.concat([zip.subarray(local + 6, local + 14), sums, zip.subarray(local + 26, local + 28)]);
    assert.deepEqual(stated, zip.subarray(at + 8, at + 30), `what is stated of ${name}`);
    const method = zip.readUInt16LE(at + 10);
    assert.equal(method, isGrown ? 8 : 0, 'deflated where it grew, else stored');
    const bytes = isGrown ? inflateRawSync(stored) : stored;
    assert.equal(bytes.length, zip.readUInt32LE(at + 24), `the size of ${name}`);
    assert.equal(crc32(bytes), zip.readUInt32LE(at + 16), `the CRC-32 of ${name}`);
    assert.ok(!files.has(name), `${name} once`);
    files.set(name, bytes);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  assert.equal(at, end, 'the directory ends where its end begins');
  return files;
}
