import { formatInstant } from '../format/instant.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { addressOf } from '../route.ts';
import { ExecutionRow } from './execution-row.tsx';
import { FilterForm } from './filter-form.tsx';
import { FindById } from './find-by-id.tsx';
import type { LoadedOrders } from './loaded-orders.ts';
import { useExecutions, type ExecutionFilter } from './use-executions.ts';

/** Executions, newest first. */
export function ExecutionsView(filter: ExecutionFilter) {
  const { loaded, problem, isLoadingOlder, loadOlder } = useExecutions(filter);
  const isFiltered = filter.status !== undefined || filter.failureKind !== undefined;
  return (
    <main class="executions">
      <Heading title="Executions" />
      <div class="tools">
        <FilterForm {...filter} onChange={(next) => (location.hash = addressOf({ view: 'executions', ...next }))} />
        <FindById />
      </div>
      <ProblemNote problem={problem}>Asking again …</ProblemNote>
      {loaded === undefined && problem === undefined && <p class="quiet">Reading …</p>}
      {loaded && (
        <>
          {loaded.orders.length > 0 && <ExecutionTable orders={loaded.orders} />}
          <p class="extent">{extentOf(loaded, isFiltered)}</p>
          {loaded.nextCursor !== undefined && (
            <p class="actions">
              <button type="button" disabled={isLoadingOlder} onClick={loadOlder}>
                {isFiltered ? 'Look further back' : 'Load older ones'}
              </button>
            </p>
          )}
        </>
      )}
    </main>
  );
}

/** Its rows are laid out as a grid, which takes a table's meaning from it in some browsers: the roles give it back. */
function ExecutionTable({ orders }: Pick<LoadedOrders, 'orders'>) {
  return (
    <table role="table" aria-label="Executions, newest first" aria-rowcount={orders.length + 1}>
      <thead role="rowgroup">
        <tr role="row">
          {COLUMNS.map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {orders.map((order) => (
          <ExecutionRow key={order.orderId} order={order} />
        ))}
      </tbody>
    </table>
  );
}

const COLUMNS = ['Status', 'Taken', 'Order', 'Failure', 'Took', 'Execution'];

function extentOf({ orders, lookedBackTo, examined, nextCursor }: LoadedOrders, isFiltered: boolean): string {
  const to =
    nextCursor === undefined ? 'everything that is kept' : `back to ${formatInstant(lookedBackTo, Date.now())}`;
  return isFiltered ? `${orders.length} found among ${examined} looked at, ${to}.` : `${orders.length} shown, ${to}.`;
}
