import type { FaultsRepresentation } from '../../coordinator/schemas/faults.ts';
import type { ItemRepresentation } from '../../coordinator/schemas/item.ts';
import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { request, RequestError } from '../api/requests.ts';
import { useAction } from '../api/use-action.ts';
import { usePolled } from '../api/use-polled.ts';
import { Heading } from '../parts/heading.tsx';
import { goOnTo } from '../parts/go-on.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { Route } from '../route.ts';

const REFRESH_MS = 2000;

const readFaults = (signal: AbortSignal) => request<FaultsRepresentation>('/faults', { signal });

/** The demo's faults as buttons. There is such a view only where the stack may be broken. */
export function FaultsView() {
  const { value: read, problem: readProblem, refresh } = usePolled(readFaults, REFRESH_MS);
  const change = useAction();
  const ordering = useAction();
  const breakIt = (name: string) =>
    void change.act(() => request(`/faults/${encodeURIComponent(name)}`, { method: 'PUT' })).then(refresh);
  const giveBack = () => void change.act(() => request('/faults', { method: 'DELETE' })).then(refresh);

  const isChanging = change.isUnderWay || read?.isChanging === true;
  const isBusy = isChanging || ordering.isUnderWay;
  return (
    <main class="faults">
      <Heading title="Break it" />
      <p>
        Each button breaks the functions of this machine from outside, through AWS's own APIs, as an operator's mistake
        would. Order something while it is broken and watch the failure being found and undone. Giving back puts
        everything as the template says.
      </p>
      <ProblemNote problem={change.problem ?? ordering.problem ?? readProblem} />
      {read && (
        <>
          <p class={isChanging || read.inForce === undefined ? 'note' : 'note bad'} role="status">
            {standingOf(read, isChanging)}
          </p>
          <p class="actions">
            <button
              type="button"
              class="main"
              disabled={isBusy}
              onClick={() => void ordering.act(() => goOnTo(orderOne))}
            >
              Order one and watch
            </button>
            <button type="button" disabled={isBusy || read.inForce === undefined} onClick={giveBack}>
              Give back
            </button>
          </p>
          <ul class="fault-list">
            {read.faults.map(({ name, how }) => (
              <li key={name} class={name === read.inForce ? 'in-force' : ''}>
                <button
                  type="button"
                  disabled={isBusy}
                  aria-pressed={name === read.inForce}
                  onClick={() => (name === read.inForce ? giveBack() : breakIt(name))}
                >
                  {name}
                </button>
                <span>{how}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

function standingOf({ inForce }: FaultsRepresentation, isChanging: boolean): string {
  if (isChanging) return 'Under way: it takes a few seconds until AWS says that it is in force.';
  return inForce === undefined ? 'Nothing is broken.' : `Broken: ${inForce}. It stays so until you give it back.`;
}

/** Of whatever is left. */
async function orderOne(): Promise<Route> {
  const { items } = await request<{ readonly items: readonly ItemRepresentation[] }>('/items');
  const item = items.find(({ available }) => available > 0);
  if (item === undefined) throw new RequestError(0, 'Everything is sold out: put an item up with PUT /items.');
  const body = { itemId: item.itemId, quantity: 1, paymentMethod: 'pm_card_visa' };
  const { orderId } = await request<OrderRepresentation>('/orders', { method: 'POST', body });
  return { view: 'execution', orderId };
}
