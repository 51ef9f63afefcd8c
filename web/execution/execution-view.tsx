import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { useOrder, type Connection } from '../api/use-order.ts';
import { formatInstant } from '../format/instant.ts';
import { Heading } from '../parts/heading.tsx';
import { describeBooking } from '../parts/booking-of.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { RepeatOrder } from '../parts/repeat-order.tsx';
import { StatusMark } from '../parts/status-mark.tsx';
import { addressOf } from '../route.ts';
import { AskForRecovery } from './ask-for-recovery.tsx';
import type { Consoles } from './console-links.ts';
import { WorkflowGraph } from './graph/workflow-graph.tsx';
import { RawFacts } from './raw-facts.tsx';
import { TimelineView } from './timeline/timeline-view.tsx';

export interface ExecutionViewProps {
  readonly orderId: string;
  readonly consoles: Consoles | undefined;
}

export function ExecutionView({ orderId, consoles }: ExecutionViewProps) {
  const { order, problem, connection } = useOrder(orderId);
  return (
    <main class="execution">
      <Heading title={`Execution ${orderId}`}>
        Execution <code class="id">{orderId}</code>
      </Heading>
      <ProblemNote problem={problem} />
      {order === undefined && problem === undefined && <p class="quiet">Reading …</p>}
      {order && (
        <>
          <Summary order={order} connection={connection} />
          {order.steps.length > 0 && (
            <section aria-labelledby="graph">
              <h2 id="graph">Workflow</h2>
              <WorkflowGraph order={order} />
            </section>
          )}
          {order.steps.length > 0 && <TimelineView order={order} consoles={consoles} />}
          <RawFacts key={orderId} orderId={orderId} consoles={consoles} />
        </>
      )}
    </main>
  );
}

function Summary({ order, connection }: { readonly order: OrderRepresentation; readonly connection: Connection }) {
  const { orderId, status, reason, submittedAt, failure, redriveOf, redrivenAs } = order;
  return (
    <div class="summary">
      <div class="standing" role="status">
        <StatusMark status={status} />
        <span class="connection">{connection === 'ended' ? '' : CONNECTIONS[connection]}</span>
      </div>
      {reason !== undefined && <p class="note warn">{reason}</p>}
      {failure && (
        <p class="said">
          {failure.step} failed: <strong>{failure.kind}</strong>, {failure.error} {failure.message}
        </p>
      )}
      <dl class="facts-of">
        <dt>order</dt>
        <dd>{describeBooking(order.input) ?? 'none that can be read'}</dd>
        <dt>taken</dt>
        <dd>
          <time dateTime={submittedAt}>{formatInstant(submittedAt, Date.now())}</time>
        </dd>
        {redriveOf !== undefined && (
          <>
            <dt>repeats</dt>
            <dd>
              <a href={addressOf({ view: 'execution', orderId: redriveOf })}>{redriveOf}</a>
            </dd>
          </>
        )}
        {redrivenAs !== undefined && (
          <>
            <dt>repeated as</dt>
            <dd>
              <a href={addressOf({ view: 'execution', orderId: redrivenAs })}>{redrivenAs}</a>
            </dd>
          </>
        )}
      </dl>
      {status === 'HELD' && <AskForRecovery orderId={orderId} label="Undo it now" />}
      {status === 'RECOVERY_FAILED' && <AskForRecovery orderId={orderId} label="Try to undo it now" />}
      {status === 'FAILED' && redrivenAs === undefined && (
        <RepeatOrder
          orderId={orderId}
          label="Repeat this order"
          routeOf={(id) => ({ view: 'execution', orderId: id })}
        />
      )}
    </div>
  );
}

const CONNECTIONS: Readonly<Record<Exclude<Connection, 'ended'>, string>> = {
  opening: '',
  live: 'live',
  waiting: 'connecting again …',
};
