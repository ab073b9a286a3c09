/** Lines in a buffer of lines. */
const LF = 0x0a;

/** The lines of a block, without their newlines: views. */
export function linesOf(raw: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = raw.indexOf(LF); end !== -1; end = raw.indexOf(LF, start)) {
    lines.push(raw.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** Lines in one buffer, each with its newline. */
export function joinLines(lines: readonly Buffer[]): Buffer {
  const raw = Buffer.allocUnsafeSlow(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    raw.set(line, at);
    at += line.length;
    raw[at] = LF;
    at += 1;
  }
  return raw;
}
