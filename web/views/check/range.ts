/** What is checked as a whole, and against which key. */
export interface CheckedRange {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  /** Empty where none was given. */
  readonly fingerprint: string;
}
