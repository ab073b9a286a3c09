/** What a filter says, as a tree. */

/** A time as text whose string order is time order: an `Instant` without its `Z`, then further digits if there are any. */
export type TimeKey = string;

export type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  /** An integer that a double cannot hold is a bigint. */
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'time'; readonly value: TimeKey }
  /** In lower case. */
  | { readonly kind: 'guid'; readonly value: string };

/** A property of the record, or of what the variable of a lambda stands for. */
export interface Path {
  readonly kind: 'path';
  /** 0 is the record, n the variable of the n-th lambda around the path. */
  readonly scope: number;
  readonly steps: readonly string[];
}

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextTest = 'startswith' | 'endswith' | 'contains';
export type TextCase = 'tolower' | 'toupper';

export interface Comparison {
  readonly kind: 'compare';
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
  /** Both sides are read as times. */
  readonly timed: boolean;
}

export interface Membership {
  readonly kind: 'in';
  readonly left: Expression;
  readonly options: readonly Literal[];
  readonly timed: boolean;
}

export interface Lambda {
  readonly kind: 'any' | 'all';
  readonly over: Path;
  /** Absent: `any()`, whether there is an element. */
  readonly body?: Expression;
}

export type Expression =
  | Literal
  | Path
  | Comparison
  | Membership
  | Lambda
  | { readonly kind: 'test'; readonly name: TextTest; readonly text: Expression; readonly part: Expression }
  | { readonly kind: 'case'; readonly name: TextCase; readonly text: Expression }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] };

export interface Filter {
  readonly condition: Expression;
  /** Numbers are compared: digits that a double would lose may decide. */
  readonly comparesNumbers: boolean;
}

const LITERALS: ReadonlySet<string> = new Set(['null', 'boolean', 'text', 'number', 'time', 'guid']);

export function isLiteral(expression: Expression): expression is Literal {
  return LITERALS.has(expression.kind);
}
