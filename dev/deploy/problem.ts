/** Something that the person at the keyboard can mend: what is wrong, and what to do. */
export class DeployProblem extends Error {
  override readonly name = 'DeployProblem';
  readonly next: string;

  constructor(what: string, next: string) {
    super(what);
    this.next = next;
  }
}
