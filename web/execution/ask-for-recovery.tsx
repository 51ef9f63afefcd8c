import { useState } from 'preact/hooks';
import { request, RequestError } from '../api/requests.ts';
import { ProblemNote } from '../parts/problem-note.tsx';

export interface AskForRecoveryProps {
  readonly orderId: string;
  readonly label: string;
}

/** Lets the recovery of an order begin that waits for a person, or be tried at once. What comes of it is seen by itself. */
export function AskForRecovery({ orderId, label }: AskForRecoveryProps) {
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<RequestError>();
  const ask = async () => {
    setIsSending(true);
    setProblem(undefined);
    try {
      await request(`/orders/${encodeURIComponent(orderId)}/recovery`, { method: 'POST' });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setProblem(error);
    }
    setIsSending(false);
  };
  return (
    <>
      <p class="actions">
        <button type="button" class="main" disabled={isSending} onClick={() => void ask()}>
          {label}
        </button>
      </p>
      <ProblemNote problem={problem} />
    </>
  );
}
