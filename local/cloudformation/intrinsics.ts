import { TemplateNotHonouredError } from './template.ts';

/** What a value of the template may refer to. Both throw for names that they do not know. */
export interface References {
  /** A parameter's value, a pseudo parameter's, or a resource's physical id; undefined for `AWS::NoValue`. */
  ref(name: string, where: string): unknown;
  attribute(logicalId: string, attribute: string, where: string): unknown;
  condition(name: string, where: string): boolean;
}

/**
 * Evaluates the intrinsic functions in a value of a template. `where` names the resource, output or condition that the
 * value stands in. Properties and elements that are `AWS::NoValue` are left out, as CloudFormation does.
 */
export function evaluate(value: unknown, references: References, where: string): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => evaluate(element, references, where)).filter((element) => element !== undefined);
  }
  if (!isRecord(value)) return value;
  if (isIntrinsic(value)) {
    const [[key, argument] = ['', undefined]] = Object.entries(value);
    return evaluateFunction(key, argument, references, where);
  }
  const entries = Object.entries(value).map(([name, part]) => [name, evaluate(part, references, where)] as const);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

/** An object whose only member is named as an intrinsic function is a call of it. */
export function isIntrinsic(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

function evaluateFunction(name: string, argument: unknown, references: References, where: string): unknown {
  switch (name) {
    case 'Ref':
      return references.ref(text(argument, name, where), where);
    case 'Fn::GetAtt':
      return getAttribute(argument, references, where);
    case 'Fn::Join':
      return join(argument, references, where);
    case 'Fn::Sub':
      return substitute(argument, references, where);
    case 'Fn::Select':
      return select(argument, references, where);
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = elements(argument, name, where, 3);
      const holds = references.condition(text(condition, name, where), where);
      return evaluate(holds ? whenTrue : whenFalse, references, where);
    }
    default:
      throw new TemplateNotHonouredError(where, `the intrinsic function ${name} is not supported`);
  }
}

function getAttribute(argument: unknown, references: References, where: string): unknown {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return references.attribute(argument.slice(0, dot), argument.slice(dot + 1), where);
  }
  const [logicalId, attribute] = elements(argument, 'Fn::GetAtt', where, 2);
  return references.attribute(text(logicalId, 'Fn::GetAtt', where), text(attribute, 'Fn::GetAtt', where), where);
}

function join(argument: unknown, references: References, where: string): string {
  const [separator, list] = elements(argument, 'Fn::Join', where, 2);
  const parts = evaluate(list, references, where);
  if (!Array.isArray(parts)) throw new TemplateNotHonouredError(where, 'Fn::Join needs a list as its second argument');
  return parts.map((part) => text(part, 'Fn::Join', where)).join(text(separator, 'Fn::Join', where));
}

function select(argument: unknown, references: References, where: string): unknown {
  const [index, list] = elements(argument, 'Fn::Select', where, 2);
  const choices = evaluate(list, references, where);
  const chosen = Array.isArray(choices) ? (choices[Number(index)] as unknown) : undefined;
  if (chosen === undefined) throw new TemplateNotHonouredError(where, `Fn::Select finds no element ${String(index)}`);
  return chosen;
}

/** `${Name}`, `${LogicalId.Attribute}`, and `${!Literal}`, which stands for `${Literal}`. */
function substitute(argument: unknown, references: References, where: string): string {
  const [pattern, variables] = Array.isArray(argument) ? elements(argument, 'Fn::Sub', where, 2) : [argument, {}];
  const values = evaluate(variables, references, where) as Readonly<Record<string, unknown>>;
  return text(pattern, 'Fn::Sub', where).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in values) return text(values[name], 'Fn::Sub', where);
    const value = name.includes('.') ? getAttribute(name, references, where) : references.ref(name, where);
    return text(value, 'Fn::Sub', where);
  });
}

function elements(argument: unknown, name: string, where: string, count: number): readonly unknown[] {
  if (Array.isArray(argument) && argument.length === count) return argument as readonly unknown[];
  throw new TemplateNotHonouredError(where, `${name} needs a list of ${count} arguments`);
}

function text(value: unknown, name: string, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateNotHonouredError(where, `${name} needs text where there is ${JSON.stringify(value)}`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
