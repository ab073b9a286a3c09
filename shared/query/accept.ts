/**
 * What a client accepts: `Accept` and `Accept-Encoding` (RFC 9110, 12.5).
 */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;
const SMALLEST = 0.001;

interface Wish {
  /** In lower case: a media type, a range of them, or a coding. */
  readonly value: string;
  /** 0 refuses. */
  readonly weight: number;
}

/**
 * Of the offers the one that a client likes best: by weight, then by how precisely it is asked for, then the first.
 * @param header what `Accept` says; absent or empty is everything. Parameters other than `q` are passed over.
 * @returns `undefined` when none is acceptable.
 */
export function preferred<T>(
  header: string | null,
  offers: readonly (readonly [T, mediaType: string])[],
): T | undefined {
  const wishes = header === null || header.trim() === '' ? [{ value: '*/*', weight: 1 }] : wishesOf(header);
  let best: { offer: T; weight: number; precision: number } | undefined;
  for (const [offer, mediaType] of offers) {
    const ranges = ['*/*', `${mediaType.split('/')[0]}/*`, mediaType];
    const asked = ranges.map((range) => wishes.find(({ value }) => value === range));
    const precision = asked.findLastIndex((wish) => wish !== undefined);
    const weight = asked[precision]?.weight ?? 0;
    if (weight === 0) continue;
    const better = !best || weight > best.weight || (weight === best.weight && precision > best.precision);
    if (better) best = { offer, weight, precision };
  }
  return best?.offer;
}

/**
 * Whether an answer goes out as gzip: it is accepted, and liked no less than the answer as it is.
 * @param header what `Accept-Encoding` says; absent or empty asks for the answer as it is.
 */
export function acceptsGzip(header: string | null): boolean {
  const wishes = wishesOf(header ?? '');
  const weightOf = (...codings: string[]) => wishes.find(({ value }) => codings.includes(value))?.weight;
  const others = weightOf('*');
  const plain = weightOf('identity') ?? others;
  // Who refuses the answer as it is, and nothing else, has to be given some coding, and every client knows this one.
  const gzip = weightOf('gzip', 'x-gzip') ?? others ?? (plain === 0 ? SMALLEST : 0);
  return gzip > 0 && gzip >= (plain ?? SMALLEST);
}

/** The wishes of a header, leaving out what is no wish. */
function wishesOf(header: string): Wish[] {
  return header.split(',').flatMap((part) => {
    const [value = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => /^q\s*=/i.test(parameter)) ?? 'q=1';
    const [, digits] = WEIGHT.exec(weight) ?? [];
    return value === '' || digits === undefined ? [] : [{ value: value.toLowerCase(), weight: Number(digits) }];
  });
}
