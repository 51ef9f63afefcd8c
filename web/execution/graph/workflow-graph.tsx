import type { OrderRepresentation } from '../../../coordinator/schemas/order.ts';
import { StatusMark } from '../../parts/status-mark.tsx';
import { graphOf } from './graph-of.ts';

/** The steps, which waits for which, and how each of them stands. */
export function WorkflowGraph({ order }: { readonly order: OrderRepresentation }) {
  const undone = new Set(order.recovery?.actions?.map(({ step }) => step));
  const steps = new Map(order.steps.map((step) => [step.name, step]));
  return (
    <ol class="graph" aria-label="Workflow">
      <li class="node root">
        <span class="name">order</span>
        <span class="detail">input</span>
      </li>
      {graphOf(order.steps).map(({ name, depth, row, rise }) => {
        const step = steps.get(name);
        if (step === undefined) return null;
        const attempts = step.attempts.length;
        return (
          <li key={name} class="node" style={{ '--depth': depth + 2, '--row': row + 1, '--rise': rise }}>
            <span class="name">{name}</span>
            <StatusMark status={step.status} />
            <span class="detail">
              {attempts > 1 ? `${attempts} attempts` : ''}
              {attempts > 1 && undone.has(name) ? ', ' : ''}
              {undone.has(name) ? 'undone' : ''}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
