/** What a question is made of: which records, what they are told apart by, and how their counts are drawn. */

/** A value that records are told apart by: by its key, which stays, and shown under a name, which may change. */
export interface Dimension {
  readonly title: string;
  /** Paths with `/` between the names; the first that holds something is the key. */
  readonly keys: readonly string[];
  /** What the key is called: the first that holds something. Without, it is shown as it is. */
  readonly names?: readonly string[];
  /**
   * The paths begin in each element of this list that is of one of these types: a record counts once for each key there.
   * `nameProperty` is the modified property of any element that holds the name where the element itself has none.
   */
  readonly list?: { readonly path: string; readonly types: readonly string[]; readonly nameProperty?: string };
}

/** What each count is divided into. The parts are disjoint, and no record is in none. */
export interface Split {
  readonly path: string;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** The custom property that holds its colour. */
  readonly colour: string;
  /** Of the path; the last part has none and takes what is left. */
  readonly values?: readonly (string | number)[];
}

/** What the rows of an answer are: stretches of time, hours of a week, or the values that occur, the most frequent first. */
export type Rows =
  /** `step` in milliseconds; without, it follows from the range. */
  | { readonly kind: 'time'; readonly step?: number }
  | { readonly kind: 'week' }
  | { readonly kind: 'values'; readonly of: readonly Dimension[] };

/** Whom or what a question is about, typed by the reader. */
export interface Subject {
  /** In the URL. */
  readonly name: string;
  readonly label: string;
  readonly example: string;
  readonly isRequired: boolean;
  /** The log types whose records know it. */
  readonly logTypes: RegExp;
  /** The filter for what is typed, by its form; `{}` is the quoted text, `{lower}` the same in small letters. */
  readonly filters: readonly (readonly [form: RegExp, filter: string])[];
}

export interface Question {
  /** In the URL. */
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** What it answers, in one sentence. */
  readonly answers: string;
  /** What is counted, as in "12 sign-ins"; its singular is without the s. */
  readonly noun: string;
  /** Log types that it can be asked of; the first that the archive keeps is taken unless another is picked. */
  readonly logTypes: readonly string[];
  /** OData; empty for all records. */
  readonly filter: string;
  readonly subject?: Subject;
  readonly rows: Rows;
  readonly split?: Split;
  /** Different values of this path are counted in the place of records. */
  readonly distinct?: string;
  /** Days before now that are asked about unless others are picked. */
  readonly days: number;
}
