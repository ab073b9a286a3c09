/**
 * Cells of a CSV that no spreadsheet takes for a formula.
 *
 * The rule: a text that could begin a formula gets an apostrophe before it, and so does a text that begins with an
 * apostrophe; taking one leading apostrophe away gives the text again. "Begins" is meant as a spreadsheet might mean it:
 * after white space, invisible characters and quotes. What follows `;`, a tab or a line break within a text is treated
 * like a beginning, because a reader that splits at these (Excel, where the comma is the decimal sign) makes it one.
 *
 * The triggers are those of OWASP ASVS 5.0, 1.2.10 and "CSV Injection" (CWE-1236), with every character that Unicode's NFKC
 * turns into one.
 */
const TRIGGER = String.raw`[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\u207a-\u207c\u208a-\u208c\u2a75\u2a76\ufb29]`;
/** What a spreadsheet may drop or overlook before a trigger. Without separators: so each character is looked at once. */
const PASSED = String.raw`[[\s\p{Cc}\p{DI}"'\x60\xb4\xab\xbb\u2018-\u201f\uff02\uff07]--[\t\r\n]]`;
const RISK = `(?:${PASSED}*${TRIGGER}|')`;
/** A text is at risk, too, when it begins with a tab, a line break or NUL. */
const RISKY_START = String.raw`^(?:${RISK}|[\t\r\n\0])`;

const RISKY = new RegExp(String.raw`${RISKY_START}|[;\t\r\n]${RISK}`, 'v');
const RISKY_PLACES = new RegExp(String.raw`(?=${RISKY_START})|(?<=[;\t\r\n])(?=${RISK})`, 'gv');
const TO_QUOTE = /[",;\t\r\n]|^\s|\s$|^$/;

/** The text with an apostrophe wherever it is at risk. */
export function escapeCell(text: string): string {
  return RISKY.test(text) ? text.replace(RISKY_PLACES, "'") : text;
}

/** A text as it stands between two commas (RFC 4180). The empty text is `""`, to be told from no text. */
export function writeText(text: string): string {
  const safe = escapeCell(text);
  return TO_QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
