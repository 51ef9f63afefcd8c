import type { ItemRepresentation } from '../../coordinator/schemas/item.ts';
import { request } from '../api/requests.ts';
import { usePolled } from '../api/use-polled.ts';
import { formatMoney } from '../format/money.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

const REFRESH_MS = 3000;

interface ItemList {
  readonly items: readonly ItemRepresentation[];
}

const readItems = (signal: AbortSignal) => request<ItemList>('/items', { signal });

/** What is for sale and what is left of it. */
export function SelectItem({ onSelect }: { readonly onSelect: (item: ItemRepresentation) => void }) {
  const { value, problem } = usePolled(readItems, REFRESH_MS);
  return (
    <>
      <Heading title="Select an item" />
      <ProblemNote problem={problem}>Asking again …</ProblemNote>
      {value === undefined && problem === undefined && <p class="quiet">Reading …</p>}
      {value?.items.length === 0 && (
        <p class="quiet">Nothing is for sale. An operator puts items up with PUT /items.</p>
      )}
      <ul class="items">
        {value?.items.map((item) => (
          <li key={item.itemId}>
            <button type="button" class="item" disabled={item.available === 0} onClick={() => onSelect(item)}>
              <span class="name">{item.name}</span>
              <span class="price">{formatMoney(item.price, item.currency)}</span>
              <span class="left">{item.available === 0 ? 'sold out' : `${item.available} left`}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
