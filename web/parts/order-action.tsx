import { useAction } from '../api/use-action.ts';
import { ProblemNote } from './problem-note.tsx';

export interface OrderActionProps {
  readonly label: string;
  readonly onPress: () => Promise<void>;
}

/** A button that asks something of the coordinator about an order, and says what it refused. */
export function OrderAction({ label, onPress }: OrderActionProps) {
  const { isUnderWay, problem, act } = useAction();
  return (
    <>
      <p class="actions">
        <button type="button" class="main" disabled={isUnderWay} onClick={() => void act(onPress)}>
          {label}
        </button>
      </p>
      <ProblemNote problem={problem} />
    </>
  );
}
