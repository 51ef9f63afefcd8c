import { useState } from 'preact/hooks';
import type { IncidentRepresentation } from '../../coordinator/schemas/incident.ts';
import { request } from '../api/requests.ts';
import { useAction } from '../api/use-action.ts';
import { usePolled } from '../api/use-polled.ts';
import { formatInstant } from '../format/instant.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { StatusShape } from '../parts/status-mark.tsx';
import { addressOf } from '../route.ts';

const REFRESH_MS = 5000;

interface IncidentPage {
  readonly incidents: readonly IncidentRepresentation[];
  readonly lookedBackTo: string;
  readonly before?: string;
}

const readIncidents = (signal: AbortSignal) => request<IncidentPage>('/incidents', { signal });

/** Many equal failures as one, with what to do about them. */
export function IncidentList() {
  const { value, problem, refresh } = usePolled(readIncidents, REFRESH_MS);
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      <ProblemNote problem={problem}>Asking again …</ProblemNote>
      {value && (
        <>
          {value.incidents.length > 0 && (
            <ul class="incidents">
              {value.incidents.map((incident) => (
                <Incident key={incident.incidentId} incident={incident} onRedriven={refresh} />
              ))}
            </ul>
          )}
          <p class="extent">
            {value.incidents.length === 0
              ? 'None: many equal failures within minutes would make one. Looked back to '
              : `${value.incidents.length}, back to `}
            {value.before === undefined ? 'everything that is kept' : formatInstant(value.lookedBackTo, Date.now())}.
          </p>
        </>
      )}
    </section>
  );
}

interface IncidentProps {
  readonly incident: IncidentRepresentation;
  readonly onRedriven: () => void;
}

function Incident({ incident, onRedriven }: IncidentProps) {
  const { state, step, kind, error, cause, advice, count, isCountComplete, firstAt, lastAt, redrives } = incident;
  const now = Date.now();
  return (
    <li>
      <p class="title">
        <StatusShape status={state === 'OPEN' ? 'FAILED' : 'SKIPPED'} /> <strong>{kind}</strong> in {step}, {error}:{' '}
        <a href={addressOf({ view: 'executions', failureKind: kind })}>
          {isCountComplete ? '' : 'at least '}
          {count} {count === 1 ? 'order' : 'orders'}
        </a>
      </p>
      <p class="quiet">
        {state}, cause {cause}, {formatInstant(firstAt, now)} to {formatInstant(lastAt, now)}
      </p>
      <p>{advice}</p>
      {redrives.map((redrive) => (
        <p key={redrive.requestedAt} class="quiet">
          {tellRedrive(redrive, now)}
        </p>
      ))}
      <RedriveIncident incident={incident} onRedriven={onRedriven} />
    </li>
  );
}

function tellRedrive(redrive: IncidentRepresentation['redrives'][number], now: number): string {
  const { state, requestedAt, count, redriven = 0, left = {} } = redrive;
  const asked = `Repetition of ${count} asked for at ${formatInstant(requestedAt, now)}`;
  if (state === 'REQUESTED') return `${asked}: under way.`;
  const others = Object.entries(left).map(([status, orders]) => `, ${orders} left as ${status}`);
  return `${asked}: ${redriven} are repeated${others.join('')}.`;
}

/** In two presses: it takes many orders at once. */
function RedriveIncident({ incident: { incidentId, count }, onRedriven }: IncidentProps) {
  const [isAsking, setIsAsking] = useState(false);
  const { isUnderWay, problem, act } = useAction();
  const redrive = async () => {
    setIsAsking(false);
    await act(() => request(`/incidents/${encodeURIComponent(incidentId)}/redrive`, { method: 'POST' }));
    onRedriven();
  };
  return (
    <>
      <p class="actions">
        {isAsking ? (
          <>
            <button type="button" class="main" onClick={() => void redrive()}>
              Repeat {count === 1 ? 'it' : `all ${count}`} now
            </button>
            <button type="button" onClick={() => setIsAsking(false)}>
              Leave it
            </button>
          </>
        ) : (
          <button type="button" disabled={isUnderWay} onClick={() => setIsAsking(true)}>
            The cause is gone: repeat these orders …
          </button>
        )}
      </p>
      <ProblemNote problem={problem} />
    </>
  );
}
