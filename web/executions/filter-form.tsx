import type { OrderSummary } from '../../coordinator/schemas/order-list.ts';
import type { FailureKind } from '../../workflow/failure.ts';
import type { ExecutionFilter } from './use-executions.ts';

export interface FilterFormProps extends ExecutionFilter {
  readonly onChange: (filter: { readonly status?: string; readonly failureKind?: string }) => void;
}

/** Every status and every kind, or the build breaks. */
const STATUSES: Readonly<Record<OrderSummary['status'], true>> = {
  RUNNING: true,
  HELD: true,
  RECOVERING: true,
  SUCCEEDED: true,
  FAILED: true,
  RECOVERY_FAILED: true,
  QUARANTINED: true,
  UNKNOWN_VERSION: true,
};
const KINDS: Readonly<Record<FailureKind, true>> = {
  REJECTED: true,
  INVALID_BUCKET_NAME: true,
  NO_SUCH_BUCKET: true,
  ACCESS_DENIED: true,
  TYPE_ERROR: true,
  UNHANDLED_ERROR: true,
  STORAGE_UNAVAILABLE: true,
  THROTTLED: true,
  TIMEOUT: true,
  OUT_OF_MEMORY: true,
  PROCESS_EXIT: true,
  INIT_ERROR: true,
  INVOCATION_ERROR: true,
  PLATFORM_ERROR: true,
  NO_EVIDENCE: true,
};

export function FilterForm({ status, failureKind, onChange }: FilterFormProps) {
  const change = (next: ExecutionFilter) =>
    onChange({
      ...(next.status !== undefined && { status: next.status }),
      ...(next.failureKind !== undefined && { failureKind: next.failureKind }),
    });
  return (
    <div class="filter">
      <Choice
        name="Status"
        chosen={status}
        choices={Object.keys(STATUSES)}
        onChoose={(chosen) => change({ status: chosen, failureKind })}
      />
      <Choice
        name="Failure"
        chosen={failureKind}
        choices={Object.keys(KINDS)}
        onChoose={(chosen) => change({ status, failureKind: chosen })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly chosen: string | undefined;
  readonly choices: readonly string[];
  readonly onChoose: (chosen: string | undefined) => void;
}

function Choice({ name, chosen, choices, onChoose }: ChoiceProps) {
  return (
    <label>
      <span>{name}</span>
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget }) => onChoose(currentTarget.value === '' ? undefined : currentTarget.value)}
      >
        <option value="">any</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  );
}
