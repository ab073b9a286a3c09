/**
 * A cursor that walks JSON by its bytes: it validates everything it passes and builds nothing.
 *
 * It accepts exactly what `JSON.parse` accepts of valid UTF-8 (RFC 8259; no byte order mark), nested up to `MAX_DEPTH`.
 * The caller takes from the bytes between two positions what it wants, and lets the cursor skip the rest.
 *
 * This is the hottest loop of the product, hence its form: one mutable position; each byte is read through `byte`,
 * whose own bounds check keeps the compiled code fast after a page that ends early (V8 remembers a read beyond the end
 * of a typed array, and the code that did it then runs at half its speed); strings are skipped four bytes at a time.
 */
import { isUtf8 } from 'node:buffer';
import { BrokenPage } from './brokenPage.ts';

/** Containers within containers, at most. */
const MAX_DEPTH = 500;

/** In place of a byte: there are no more bytes; there is no further member. */
const END = -1;
const NONE = -2;

/** Bytes by which a token is known. */
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_A = 0x61;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The last four letters of the literals, as little-endian words. */
const TRUE = 0x65757274;
const ALSE = 0x65736c61;
const NULL = 0x6c6c756e;
/** Makes ASCII letters small and leaves digits as they are. */
const LOWER = 0x20;
/** What may follow a backslash. */
const ESCAPES = [...Buffer.from('"\\/bfnrtu')];

/**
 * The bytes by which a caller knows what is at the cursor. Beside the constants because V8 folds a constant into the
 * code that uses it only as long as it is not exported.
 */
export const TOKEN = {
  quote: QUOTE,
  openBracket: OPEN_BRACKET,
  closeBracket: CLOSE_BRACKET,
  openBrace: OPEN_BRACE,
  closeBrace: CLOSE_BRACE,
  n: LOWER_N,
  none: NONE,
} as const;

export class JsonCursor {
  // Declared, not defined: a defined field is `undefined` before it is set, which V8 remembers and pays for.
  declare readonly bytes: Buffer;
  /** The position: bytes before the cursor. */
  declare at: number;
  /** CR and LF that the cursor has passed: in valid JSON they stand between tokens only. */
  declare breaks: number;
  declare private readonly words: DataView;
  declare private readonly length: number;

  /** @throws BrokenPage when the bytes are not UTF-8; so does every other method when they are not JSON. */
  constructor(bytes: Buffer) {
    if (!isUtf8(bytes)) throw new BrokenPage('it is not UTF-8', firstInvalid(bytes));
    this.bytes = bytes;
    this.at = 0;
    this.breaks = 0;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
  }

  /** Moves over white space; returns the byte there, a negative number at the end. */
  token(): number {
    const byte = this.byte(this.at);
    return byte > SPACE ? byte : this.space();
  }

  /** Enters the array or object that starts here; returns the first byte of its first member, `none` after its end. */
  enter(close: number): number {
    this.at += 1;
    const byte = this.token();
    if (byte !== close) return byte;
    this.at += 1;
    return NONE;
  }

  /** After a member of an array or object; returns the first byte of the next, `none` after the end. */
  next(close: number): number {
    const byte = this.token();
    if (byte !== COMMA && byte !== close) this.fail('neither a comma nor the end of an array or object');
    this.at += 1;
    return byte === COMMA ? this.token() : NONE;
  }

  /** Skips the colon after a key; returns the first byte of the value. */
  colon(): number {
    if (this.token() !== COLON) this.fail('a key without a colon');
    this.at += 1;
    return this.token();
  }

  /** Skips the value that starts here, with `first`; its `depth` is 1 when it lies in nothing else. */
  value(first: number, depth: number): void {
    if (first === QUOTE) this.string();
    else if (first === OPEN_BRACE) this.object(depth);
    else if (first === OPEN_BRACKET) this.array(depth);
    else if (first === LOWER_T) this.literal(4, TRUE);
    else if (first === LOWER_F) this.literal(5, ALSE);
    else if (first === LOWER_N) this.literal(4, NULL);
    else this.number();
  }

  /** Skips the string that starts here. `true`: it is plain, its bytes are its text; `false`: it has escapes. */
  string(): boolean {
    if (this.byte(this.at) !== QUOTE) this.fail('no string where one belongs');
    const end = this.plainEnd(this.at + 1);
    if (this.byte(end) === QUOTE) {
      this.at = end + 1;
      return true;
    }
    this.at = this.escaped(end);
    return false;
  }

  /** The text of the string from its opening quote at `start` to the cursor: a new string that holds on to no bytes. */
  text(start: number, plain: boolean): string {
    if (plain) return this.bytes.toString('utf8', start + 1, this.at - 1);
    return JSON.parse(this.bytes.toString('utf8', start, this.at)) as string;
  }

  /** Refuses anything but white space up to the end. */
  end(): void {
    if (this.token() !== END) this.fail('more bytes after the end');
  }

  /** @throws BrokenPage always: with `reason`, or because the bytes end here. */
  fail(reason: string): never {
    throw new BrokenPage(this.at >= this.length ? 'it ends early' : reason, Math.min(this.at, this.length));
  }

  private byte(at: number): number {
    return at < this.length ? (this.bytes[at] as number) : END;
  }

  private space(): number {
    let byte = this.byte(this.at);
    while (byte === SPACE || byte === LF || byte === CR || byte === TAB) {
      if (byte === LF || byte === CR) this.breaks += 1;
      this.at += 1;
      byte = this.byte(this.at);
    }
    return byte;
  }

  private object(depth: number): void {
    if (depth > MAX_DEPTH) this.fail('nested too deep');
    for (let key = this.enter(CLOSE_BRACE); key !== NONE; key = this.next(CLOSE_BRACE)) {
      this.string();
      this.value(this.colon(), depth + 1);
    }
  }

  private array(depth: number): void {
    if (depth > MAX_DEPTH) this.fail('nested too deep');
    for (let first = this.enter(CLOSE_BRACKET); first !== NONE; first = this.next(CLOSE_BRACKET)) {
      this.value(first, depth + 1);
    }
  }

  /**
   * The position of the first byte from `at` on that is not plain text of a string: a quote, a backslash or a control
   * character. Four bytes at a time, by the well-known trick that `(w - 0x01010101) & ~w & 0x80808080` has the high bit
   * of the lowest zero byte of `w` set, and none below it. The same with 0x21 finds bytes below 0x21; flipping bit 1
   * first makes the quote (0x22) one of them and leaves control characters below 0x20.
   */
  private plainEnd(at: number): number {
    const words = this.words;
    for (const last = this.length - 4; at <= last; at += 4) {
      const word = words.getInt32(at, true);
      const low = word ^ 0x02020202;
      const backslash = word ^ 0x5c5c5c5c;
      const found = (((low - 0x21212121) & ~low) | ((backslash - 0x01010101) & ~backslash)) & 0x80808080;
      if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
    }
    return this.plainEndOfRest(at);
  }

  private plainEndOfRest(at: number): number {
    for (; at < this.length; at += 1) {
      const byte = this.byte(at);
      if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return at;
    }
    return at;
  }

  /** The position after the closing quote, from the first byte that is not plain. */
  private escaped(from: number): number {
    let at = from;
    for (let byte = this.byte(at); byte !== QUOTE; byte = this.byte(at)) {
      if (byte !== BACKSLASH) this.failAt(at, 'a control character in a string');
      at = this.plainEnd(this.escape(at + 1));
    }
    return at + 1;
  }

  private escape(at: number): number {
    const byte = this.byte(at);
    if (!ESCAPES.includes(byte)) this.failAt(at, 'an escape that JSON does not have');
    if (byte !== LOWER_U) return at + 1;
    for (let digit = at + 1; digit <= at + 4; digit += 1) {
      if (!isHexDigit(this.byte(digit))) this.failAt(digit, 'an escape without four hexadecimal digits');
    }
    return at + 5;
  }

  private number(): void {
    let at = this.at;
    if (this.byte(at) === MINUS) at += 1;
    at = this.byte(at) === ZERO ? at + 1 : this.digits(at);
    if (this.byte(at) === DOT) at = this.digits(at + 1);
    if ((this.byte(at) | LOWER) === LOWER_E) {
      const sign = this.byte(at + 1);
      at = this.digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    this.at = at;
  }

  /** The position after one digit or more. */
  private digits(from: number): number {
    let at = from;
    while (isDigit(this.byte(at))) at += 1;
    if (at === from) this.failAt(at, 'no value where one belongs');
    return at;
  }

  /** A literal whose first letter is known: by its last four, as one word. */
  private literal(length: number, tail: number): void {
    const end = this.at + length;
    if (end > this.length) this.failAt(this.length, 'it ends in a literal');
    if (this.words.getInt32(end - 4, true) !== tail) this.fail('no value where one belongs');
    this.at = end;
  }

  private failAt(at: number, reason: string): never {
    this.at = at;
    this.fail(reason);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | LOWER;
  return isDigit(byte) || (letter >= LOWER_A && letter <= LOWER_F);
}

/** Bytes that are decoded at once to find the first that are no character: decoding takes several times their room. */
const STEP = 64 * 1024;
/** Bytes of a character after its first have these two bits, and these alone are not its first. */
const FOLLOWING = 0x80;
const TOP_BITS = 0xc0;

/** Where decoding and encoding again first differs: at the first bytes that are no character, or within them. */
function firstInvalid(bytes: Buffer): number {
  for (let start = 0; start < bytes.length; ) {
    const end = characterStart(bytes, start + STEP);
    const step = bytes.subarray(start, end);
    const repaired = Buffer.from(step.toString('utf8'));
    const at = step.findIndex((byte, n) => byte !== repaired[n]);
    if (at >= 0) return start + at;
    start = end;
  }
  return bytes.length;
}

/** The last position up to `at` where a character may start, so that none is cut: it has four bytes at most. */
function characterStart(bytes: Buffer, at: number): number {
  if (at >= bytes.length) return bytes.length;
  const following = [0, 1, 2].findIndex((back) => ((bytes[at - back] as number) & TOP_BITS) !== FOLLOWING);
  return following < 0 ? at - 3 : at - following;
}
