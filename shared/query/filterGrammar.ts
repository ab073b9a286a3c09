/**
 * The grammar of a filter, by recursive descent: each token is looked at a fixed number of times, nothing is tried twice.
 *
 *     or         = and *("or" and)
 *     and        = unary *("and" unary)
 *     unary      = "not" unary | operand [operator operand | "in" "(" literal *("," literal) ")"]
 *     operand    = "(" or ")" | literal | function "(" operand *("," operand) ")" | path
 *     path       = name *("/" name) ["/" ("any" | "all") "(" [name ":" or] ")"]
 *
 * `not` takes what follows it directly, as in OData: `not (a eq 1)` needs its parentheses and is refused without.
 * Operators, functions and constants may be written in any case; Graph's own examples do both.
 */
import type { Refuse } from './badFilter.ts';
import { compare, fold, member, requireCondition, requireText } from './filterChecks.ts';
import { readLiteral } from './filterLiterals.ts';
import { listOf } from './filterNames.ts';
import { describe, type Token, type TokenKind } from './filterTokens.ts';
import {
  type Expression,
  isLiteral,
  type Literal,
  type Operator,
  type Path,
  type TextCase,
  type TextTest,
} from './filterTree.ts';

const MAX_DEPTH = 50;
const MAX_NODES = 200;
const MAX_OPTIONS = 500;

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TESTS: ReadonlySet<string> = new Set<TextTest>(['startswith', 'endswith', 'contains']);
const CASES: ReadonlySet<string> = new Set<TextCase>(['tolower', 'toupper']);
const RESERVED: ReadonlySet<string> = new Set([...OPERATORS, 'and', 'or', 'not', 'in']);

const SAY = {
  operand: "a property, a value, a function or '('",
  operator: 'an operator (eq, ne, gt, ge, lt, le, in)',
  more: "'and', 'or'",
  name: 'the name of a property',
  literal: 'a value (text in single quotes; numbers, times, guids, true, false and null without)',
  function: 'one of the functions startswith, endswith, contains, tolower, toupper',
} as const;

export class Grammar {
  readonly #tokens: readonly Token[];
  readonly #refuse: Refuse;
  /** The variables of the lambdas around the present token. */
  readonly #variables: string[] = [];
  #at = 0;
  #nodes = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], refuse: Refuse) {
    this.#tokens = tokens;
    this.#refuse = refuse;
  }

  /** The whole filter. */
  read(): Expression {
    const condition = this.#condition(() => this.#or());
    if (this.#token.kind !== 'end') this.#wrong(`${SAY.more} or the end`);
    return condition;
  }

  #or(): Expression {
    return this.#joined('or', () => this.#joined('and', () => this.#unary()));
  }

  #joined(kind: 'and' | 'or', part: () => Expression): Expression {
    const at = this.#token.at;
    const first = part();
    if (!this.#isWord(kind)) return first;
    const parts = [requireCondition(first, at, this.#refuse)];
    while (this.#takeWord(kind)) parts.push(this.#condition(part));
    return this.#node({ kind, parts });
  }

  #condition(read: () => Expression): Expression {
    const at = this.#token.at;
    return requireCondition(read(), at, this.#refuse);
  }

  #unary(): Expression {
    if (this.#takeWord('not')) return this.#not();
    const left = { at: this.#token.at, value: this.#operand() };
    const word = this.#token.kind === 'word' ? this.#token.value.toLowerCase() : '';
    if (this.#takeWord('in')) return this.#node(member(left, this.#options(), this.#refuse));
    if (OPERATORS.has(word)) {
      this.#at += 1;
      const right = { at: this.#token.at, value: this.#operand() };
      return this.#node(compare(word as Operator, left, right, this.#refuse));
    }
    const bare = left.value.kind === 'path' || left.value.kind === 'case' || isLiteral(left.value);
    if (bare && (word !== '' || this.#token.kind === 'text') && !RESERVED.has(word)) this.#wrong(SAY.operator);
    return left.value;
  }

  #not(): Expression {
    const negated = () => (this.#isWord('not') ? this.#unary() : this.#operand());
    const part = this.#nested(() => this.#condition(negated));
    if ([...OPERATORS, 'in'].some((word) => this.#isWord(word)))
      this.#wrong("parentheses around what 'not' is to negate");
    return this.#node({ kind: 'not', part });
  }

  #options(): { at: number; value: Literal }[] {
    const options = [];
    this.#take('(', "'(' and the values to choose from");
    do {
      const { at } = this.#token;
      if (options.length === MAX_OPTIONS) this.#wrong(`at most ${MAX_OPTIONS} values after 'in'`);
      options.push({ at, value: this.#literal() ?? this.#wrong(SAY.literal) });
    } while (this.#taken(','));
    this.#take(')', "',' or ')'");
    return options;
  }

  #operand(): Expression {
    if (this.#taken('(')) {
      const inner = this.#nested(() => this.#or());
      this.#take(')', `${SAY.more} or ')'`);
      return inner;
    }
    const literal = this.#literal();
    if (literal !== undefined) return this.#node(literal);
    const { kind, value } = this.#token;
    if (kind !== 'word' || RESERVED.has(value.toLowerCase())) this.#wrong(SAY.operand);
    return this.#tokens[this.#at + 1]?.kind === '(' ? this.#call(value.toLowerCase()) : this.#path();
  }

  #literal(): Literal | undefined {
    const { kind, value } = this.#token;
    const literal: Literal | undefined =
      kind === 'text' ? { kind, value } : kind === 'word' ? readLiteral(value) : undefined;
    if (literal !== undefined) this.#at += 1;
    else if (kind === 'word' && startsNumber(value))
      this.#wrong(`${SAY.literal}; an offset's + is written %2B in a URL`);
    return literal;
  }

  #call(name: string): Expression {
    if (!TESTS.has(name) && !CASES.has(name)) this.#wrong(SAY.function);
    this.#at += 2;
    return this.#nested(() => {
      const text = this.#argument();
      if (CASES.has(name)) {
        this.#take(')', "')'");
        return this.#node(fold(name as TextCase, text));
      }
      this.#take(',', "','");
      const part = this.#argument();
      this.#take(')', "')'");
      return this.#node({ kind: 'test', name: name as TextTest, text, part });
    });
  }

  #argument(): Expression {
    const { at } = this.#token;
    return requireText(this.#operand(), at, this.#refuse);
  }

  #path(): Expression {
    const { at } = this.#token;
    const first = this.#name();
    const variable = this.#variables.lastIndexOf(first);
    const steps = variable < 0 ? [first] : [];
    while (this.#taken('/')) {
      const kind = this.#token.value.toLowerCase();
      const lambda = (kind === 'any' || kind === 'all') && this.#tokens[this.#at + 1]?.kind === '(';
      if (lambda) return this.#lambda(kind, { kind: 'path', scope: variable + 1, steps }, at);
      steps.push(this.#name());
    }
    const path: Path = { kind: 'path', scope: variable + 1, steps };
    const list = listOf(path);
    if (list !== undefined) this.#refuse(at, `'${list}/any(x: …)' or '…/all(x: …)', because it is a list`, `'${list}'`);
    return this.#node(path);
  }

  /**
   * A lambda within a lambda ranges over something that the innermost variable holds. Ranging over the record again, or
   * over an outer variable, would multiply the lists with each other; this way a record is walked once for each lambda.
   */
  #lambda(kind: 'any' | 'all', over: Path, at: number): Expression {
    const inner = this.#variables.at(-1);
    if (over.scope !== this.#variables.length) this.#refuse(at, `a path that starts with '${inner}/'`, 'another list');
    const list = listOf(over);
    if (list !== undefined && over.steps.length > 1)
      this.#refuse(at, `'${list}/any(x: x/…)', because it is a list`, `'${over.steps.join('/')}'`);
    this.#at += 2;
    if (kind === 'any' && this.#taken(')')) return this.#node({ kind, over });
    const variable = this.#name();
    this.#take(':', `':' after the variable '${variable}'`);
    this.#variables.push(variable);
    const body = this.#nested(() => this.#condition(() => this.#or()));
    this.#variables.pop();
    this.#take(')', `${SAY.more} or ')'`);
    return this.#node({ kind, over, body });
  }

  #name(): string {
    const { kind, value } = this.#token;
    if (kind !== 'word' || !NAME.test(value) || RESERVED.has(value.toLowerCase())) this.#wrong(SAY.name);
    this.#at += 1;
    return value;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #isWord(word: string): boolean {
    return this.#token.kind === 'word' && this.#token.value.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const taken = this.#isWord(word);
    if (taken) this.#at += 1;
    return taken;
  }

  #taken(kind: TokenKind): boolean {
    const taken = this.#token.kind === kind;
    if (taken) this.#at += 1;
    return taken;
  }

  #take(kind: TokenKind, expected: string): void {
    if (!this.#taken(kind)) this.#wrong(expected);
  }

  #node<Node extends Expression>(node: Node): Node {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) this.#wrong(`a filter of at most ${MAX_NODES} parts`);
    return node;
  }

  #nested(read: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#wrong(`parentheses and functions at most ${MAX_DEPTH} deep`);
    const expression = read();
    this.#depth -= 1;
    return expression;
  }

  #wrong(expected: string): never {
    return this.#refuse(this.#token.at, expected, describe(this.#token));
  }
}

/** Fields as Graph names them, annotations such as `@odata.type` among them. */
const NAME = /^[A-Za-z_@][A-Za-z0-9_@.]*$/;

function startsNumber(word: string): boolean {
  const code = word.charCodeAt(0);
  return (code >= 0x30 && code <= 0x39) || word.startsWith('-') || word.startsWith('+');
}
