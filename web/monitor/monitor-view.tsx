import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { IncidentList } from './incident-list.tsx';
import { MonitorStanding } from './monitor-standing.tsx';
import { Plots } from './plots.tsx';
import { useRecentOrders } from './use-recent-orders.ts';

/** What the monitor sees, what it found, and how fast. */
export function MonitorView() {
  const { value: recent, problem } = useRecentOrders();
  return (
    <main class="monitor">
      <Heading title="Monitor" />
      <MonitorStanding />
      <IncidentList />
      <ProblemNote problem={problem}>Asking again …</ProblemNote>
      {recent && <Plots recent={recent} />}
    </main>
  );
}
