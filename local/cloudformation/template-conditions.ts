import { evaluate, isRecord, type References } from './intrinsics.ts';
import { TemplateNotHonouredError } from './template.ts';

/** Decides a condition of the template's `Conditions` section: Equals, And, Or, Not and references to others. */
export function holds(expression: unknown, references: References, where: string): boolean {
  const [name, argument] = isRecord(expression) ? (Object.entries(expression)[0] ?? []) : [];
  const operands = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
  switch (name) {
    case 'Condition':
      return references.condition(String(argument), where);
    case 'Fn::Equals': {
      const [left, right] = operands.map((operand) => evaluate(operand, references, where));
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case 'Fn::And':
      return operands.every((operand) => holds(operand, references, where));
    case 'Fn::Or':
      return operands.some((operand) => holds(operand, references, where));
    case 'Fn::Not':
      return !holds(operands[0], references, where);
    default:
      throw new TemplateNotHonouredError(where, `the condition function ${String(name)} is not supported`);
  }
}
