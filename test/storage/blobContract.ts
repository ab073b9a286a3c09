/** The half of the storage contract that is about blobs: create once, read whole, list in order. */

import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ContainerMissing } from '../../shared/storage/port.ts';
import { type Contract, collect } from './contract.ts';

const text = (content: string) => Buffer.from(content);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Declares the tests; the caller has opened a `describe`. */
export function blobContract(contract: Contract): void {
  reading(contract);
  creating(contract);
  racing(contract);
  naming(contract);
  listing(contract);
  missing(contract);
}

function reading({ blobs, newContainer }: Contract): void {
  it('answers undefined for a blob that does not exist', async () => {
    const container = await newContainer();
    expect(await blobs().get(container, 'a/b/c.json')).toBeUndefined();
  });

  it.each([
    ['an empty blob', Buffer.alloc(0)],
    ['one byte', Buffer.from([0])],
    ['every byte value', Buffer.from(Array.from({ length: 256 }, (_, value) => value))],
    ['a gzip member', Buffer.from('1f8b08000000000000ff0300000000000000000000', 'hex')],
    ['a megabyte', randomBytes(1 << 20)],
  ])('gives back %s as it was put', async (_, bytes) => {
    const container = await newContainer();
    expect(await blobs().putIfAbsent(container, 'x', bytes)).toBe('stored');
    const held = await blobs().get(container, 'x');
    expect(held).toBeInstanceOf(Buffer);
    expect(held?.equals(bytes)).toBe(true);
  });

  it('holds 16 MB in one blob', async () => {
    const container = await newContainer();
    const bytes = randomBytes(16 << 20);
    expect(await blobs().putIfAbsent(container, 'big', bytes)).toBe('stored');
    expect(sha256((await blobs().get(container, 'big')) ?? Buffer.alloc(0))).toBe(sha256(bytes));
    expect(await collect(blobs().list(container, ''))).toMatchObject([{ name: 'big', bytes: 16 << 20 }]);
    expect(await blobs().putIfAbsent(container, 'big', bytes)).toBe('stored');
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    expect(await blobs().putIfAbsent(container, 'big', bytes)).toBe('taken');
  });

  it('stores the view of a larger buffer, not the buffer', async () => {
    const container = await newContainer();
    const whole = new Uint8Array([1, 2, 3, 4, 5]);
    await blobs().putIfAbsent(container, 'x', whole.subarray(1, 3));
    expect(await blobs().get(container, 'x')).toEqual(Buffer.from([2, 3]));
  });

  it('shares no memory with its callers', async () => {
    const container = await newContainer();
    const given = text('abc');
    await blobs().putIfAbsent(container, 'x', given);
    given.fill('z');
    (await blobs().get(container, 'x'))?.fill('y');
    expect(await blobs().get(container, 'x')).toEqual(text('abc'));
  });
}

function creating({ blobs, newContainer }: Contract): void {
  it('says stored for the same bytes a second and third time', async () => {
    const container = await newContainer();
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push(await blobs().putIfAbsent(container, 'x', text('same')));
    expect(answers).toEqual(['stored', 'stored', 'stored']);
    expect(await collect(blobs().list(container, ''))).toMatchObject([{ name: 'x', bytes: 4 }]);
  });

  it.each([
    ['as long', 'abc', 'abd'],
    ['longer', 'abc', 'abcd'],
    ['shorter', 'abc', 'ab'],
    ['empty', 'abc', ''],
    ['not empty where the first is', '', 'abc'],
  ])('says taken, and changes nothing, for other bytes that are %s', async (_, first, second) => {
    const container = await newContainer();
    expect(await blobs().putIfAbsent(container, 'x', text(first))).toBe('stored');
    expect(await blobs().putIfAbsent(container, 'x', text(second))).toBe('taken');
    expect(await blobs().get(container, 'x')).toEqual(text(first));
    expect(await blobs().putIfAbsent(container, 'x', text(first))).toBe('stored');
  });

  it('tells the same name in two containers apart', async () => {
    const [one, two] = [await newContainer(), await newContainer()];
    expect(await blobs().putIfAbsent(one, 'x', text('1'))).toBe('stored');
    expect(await blobs().putIfAbsent(two, 'x', text('2'))).toBe('stored');
    expect(await blobs().get(one, 'x')).toEqual(text('1'));
    expect(await blobs().get(two, 'x')).toEqual(text('2'));
  });
}

function racing({ blobs, newContainer }: Contract): void {
  /** Every racer puts its content at once; the answers, in order. */
  const race = (container: string, contents: readonly string[]) =>
    Promise.all(contents.map((content) => blobs().putIfAbsent(container, 'prize', text(content))));

  it('lets one of 50 racers with different contents win, and tells each the truth', async () => {
    const container = await newContainer();
    const contents = Array.from({ length: 50 }, (_, racer) => `racer ${racer}`);
    const answers = await race(container, contents);
    const held = (await blobs().get(container, 'prize'))?.toString();
    expect(contents).toContain(held);
    expect(answers).toEqual(contents.map((content) => (content === held ? 'stored' : 'taken')));
  });

  it('tells 50 racers with the same content that it is stored', async () => {
    const container = await newContainer();
    expect(new Set(await race(container, Array<string>(50).fill('same')))).toEqual(new Set(['stored']));
    expect(await blobs().get(container, 'prize')).toEqual(text('same'));
  });

  it('tells the truth to racers in two camps', async () => {
    const container = await newContainer();
    const contents = Array.from({ length: 20 }, (_, racer) => (racer % 2 ? 'odd' : 'even'));
    const answers = await race(container, contents);
    const held = (await blobs().get(container, 'prize'))?.toString();
    expect(answers).toEqual(contents.map((content) => (content === held ? 'stored' : 'taken')));
  });
}

const NAMES = [
  '0f3c/nonInteractiveSignIns/000000004711.json',
  '0f3c/nonInteractiveSignIns/checkpoints/000000004711',
  'tenant=0f3c/log=directoryAudits/date=2026-11-20/hour=05/000000000001-0123456789abcdef.jsonl.gz',
  '000000000012',
  '1e3',
  'true',
  'a+b',
  'a b',
  'a%41b',
  'a~b_c.d-e=f',
];

function naming({ blobs, newContainer }: Contract): void {
  it.each(NAMES)('keeps the name %s', async (name) => {
    const container = await newContainer();
    expect(await blobs().putIfAbsent(container, name, text(name))).toBe('stored');
    expect(await blobs().get(container, name)).toEqual(text(name));
    expect(await collect(blobs().list(container, name))).toMatchObject([{ name, bytes: name.length }]);
  });

  it('tells names apart by case', async () => {
    const container = await newContainer();
    await blobs().putIfAbsent(container, 'Log', text('upper'));
    expect(await blobs().putIfAbsent(container, 'log', text('lower'))).toBe('stored');
    expect(await blobs().get(container, 'Log')).toEqual(text('upper'));
    expect(await blobs().get(container, 'LOG')).toBeUndefined();
  });
}

function listing({ blobs, newContainer, manyNames }: Contract): void {
  const fill = async (container: string, names: readonly string[]) => {
    const left = [...names];
    const worker = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        await blobs().putIfAbsent(container, name, text(name));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  };
  const listed = async (container: string, prefix: string) =>
    (await collect(blobs().list(container, prefix))).map((item) => item.name);

  it('lists nothing in an empty container', async () => {
    expect(await listed(await newContainer(), '')).toEqual([]);
  });

  it('lists names ascending by byte, with their sizes', async () => {
    const container = await newContainer();
    await fill(container, ['b', 'a/2', 'B', 'a', 'a-1', 'a.1', 'a/10', 'a=1', '10', '9', 'a_1', 'a1']);
    const items = await collect(blobs().list(container, ''));
    const ascending = ['10', '9', 'B', 'a', 'a-1', 'a.1', 'a/10', 'a/2', 'a1', 'a=1', 'a_1', 'b'];
    expect(items).toEqual(ascending.map((name) => expect.objectContaining({ name, bytes: name.length })));
  });

  it.each([
    ['a/', ['a/1', 'a/2']],
    ['a', ['a', 'a/1', 'a/2', 'ab']],
    ['a/1', ['a/1']],
    ['b/', []],
    ['A', []],
  ])('lists what starts with %s and nothing else', async (prefix, expected) => {
    const container = await newContainer();
    await fill(container, ['a', 'a/1', 'a/2', 'ab', 'b', 'ba/1']);
    expect(await listed(container, prefix)).toEqual(expected);
  });

  it('lists a blob as soon as it is stored', async () => {
    const container = await newContainer();
    for (const name of ['1', '2', '3']) {
      await blobs().putIfAbsent(container, name, text(''));
      expect(await listed(container, '')).toContain(name);
    }
  });

  it('lists the same again, and can be left early', async () => {
    const container = await newContainer();
    await fill(container, ['a', 'b', 'c']);
    for await (const { name } of blobs().list(container, '')) {
      if (name === 'b') break;
    }
    expect(await listed(container, '')).toEqual(['a', 'b', 'c']);
  });

  it('lists every name of many, once and in order', async () => {
    const container = await newContainer();
    const names = Array.from({ length: manyNames }, (_, seq) => `many/${String(seq).padStart(12, '0')}.json`);
    await fill(container, [...names, 'few/1']);
    expect(await listed(container, 'many/')).toEqual(names);
  });
}

function missing({ blobs }: Contract): void {
  it.each([
    ['get', () => blobs().get('no-such-container', 'x')],
    ['list', () => collect(blobs().list('no-such-container', ''))],
    ['putIfAbsent', () => blobs().putIfAbsent('no-such-container', 'x', text('x'))],
  ])('%s throws ContainerMissing when the container does not exist', async (_, call) => {
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ContainerMissing);
    expect((error as ContainerMissing).container).toBe('no-such-container');
  });
}
