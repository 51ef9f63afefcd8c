import { LogsError } from './logs-error.ts';
import type { MessageFilter } from './message-filter.ts';

type Condition = (document: unknown) => boolean;

/**
 * `{ ($.type = "platform.report" && $.record.status != "success") || $.level = "ERROR" }`: comparisons of a selector
 * with a string (`*` stands for anything) or a number, EXISTS, NOT EXISTS, IS NULL, TRUE, FALSE, joined by && and ||.
 * A line that is no JSON object never matches; comparisons with an object or array are false, `!=` included.
 */
export function parseJsonPattern(pattern: string): MessageFilter {
  const condition = new JsonPatternParser(tokensOf(pattern)).parse();
  return (message) => {
    const document = jsonObjectIn(message);
    return document !== undefined && condition(document);
  };
}

function jsonObjectIn(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // Text that only looks like JSON: no JSON pattern matches it.
  }
}

const TOKEN =
  /\s*(?:(&&|\|\||!=|<=|>=|[{}()=<>])|("(?:[^"\\]|\\.)*")|(\$(?:\.[\w-]+|\[\d+\]|\['[^']*'\])+)|([^\s{}()=<>!&|"]+))/y;

function tokensOf(pattern: string): readonly string[] {
  const tokens: string[] = [];
  const text = pattern.trimEnd();
  for (let index = 0; index < text.length;) {
    TOKEN.lastIndex = index;
    const match = TOKEN.exec(text);
    if (match === null) throw invalid(`nothing that can be read at character ${String(index)}`);
    tokens.push(match[0].trim());
    index += match[0].length;
  }
  return tokens;
}

function invalid(what: string): LogsError {
  return new LogsError('InvalidParameterException', `Invalid filter pattern: ${what}.`);
}

class JsonPatternParser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): Condition {
    this.#expect('{');
    const condition = this.#alternatives();
    this.#expect('}');
    if (this.#next !== this.#tokens.length) throw invalid('text after the closing brace');
    return condition;
  }

  #alternatives(): Condition {
    const parts = [this.#conjunction()];
    while (this.#take('||')) parts.push(this.#conjunction());
    return (document) => parts.some((part) => part(document));
  }

  #conjunction(): Condition {
    const parts = [this.#primary()];
    while (this.#take('&&')) parts.push(this.#primary());
    return (document) => parts.every((part) => part(document));
  }

  #primary(): Condition {
    if (this.#take('(')) {
      const inner = this.#alternatives();
      this.#expect(')');
      return inner;
    }
    const selector = this.#token();
    if (!selector.startsWith('$')) throw invalid(`a selector such as $.level expected, ${selector} found`);
    return conditionOn(selectorOf(selector), this.#token(), () => this.#token());
  }

  #token(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw invalid('it ends too early');
    this.#next += 1;
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    const found = this.#token();
    if (found !== token) throw invalid(`${token} expected, ${found} found`);
  }
}

function conditionOn(select: (document: unknown) => unknown, operator: string, token: () => string): Condition {
  switch (operator.toUpperCase()) {
    case '=':
      return comparison(select, token(), (matches) => matches);
    case '!=':
      return comparison(select, token(), (matches) => !matches);
    case 'EXISTS':
      return (document) => select(document) !== undefined;
    case 'NOT': {
      const word = token().toUpperCase();
      if (word !== 'EXISTS') throw invalid(`NOT EXISTS expected, NOT ${word} found`);
      return (document) => select(document) === undefined;
    }
    case 'IS': {
      const word = token().toUpperCase();
      const wanted = new Map([
        ['NULL', null],
        ['TRUE', true],
        ['FALSE', false],
      ] as const).get(word as 'NULL');
      if (wanted === undefined) throw invalid(`IS NULL, IS TRUE or IS FALSE expected, IS ${word} found`);
      return (document) => select(document) === wanted;
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordering(select, operator, token());
    default:
      throw invalid(`the operator ${operator} is not one of = != < <= > >= EXISTS, NOT EXISTS, IS`);
  }
}

function comparison(
  select: (document: unknown) => unknown,
  literal: string,
  verdict: (matches: boolean) => boolean,
): Condition {
  checkLiteral(literal);
  if (/^%.*%$/.test(literal)) throw invalid('regular expressions are not implemented here');
  const text = literal.startsWith('"') ? literal.slice(1, -1).replace(/\\(.)/g, '$1') : literal;
  const number = literal.startsWith('"') ? NaN : Number(literal);
  const expression = new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*')}$`,
  );
  return (document) => {
    const found = select(document);
    if (typeof found === 'number')
      return verdict(found === number || (Number.isNaN(number) && expression.test(String(found))));
    return typeof found === 'string' && verdict(expression.test(found));
  };
}

function checkLiteral(literal: string): void {
  if (/^[{}()=<>!&|$]/.test(literal)) throw invalid(`a number or a string expected, ${literal} found`);
}

function ordering(select: (document: unknown) => unknown, operator: string, literal: string): Condition {
  checkLiteral(literal);
  const bound = Number(literal);
  if (Number.isNaN(bound)) throw invalid(`${operator} compares with a number, ${literal} found`);
  return (document) => {
    const found = select(document);
    if (typeof found !== 'number') return false;
    if (operator === '<') return found < bound;
    if (operator === '<=') return found <= bound;
    return operator === '>' ? found > bound : found >= bound;
  };
}

function selectorOf(selector: string): (document: unknown) => unknown {
  const keys = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
  return (document) =>
    keys.reduce<unknown>(
      (node, key) =>
        typeof node === 'object' && node !== null && Object.hasOwn(node, key)
          ? (node as Record<string, unknown>)[key]
          : undefined,
      document,
    );
}
