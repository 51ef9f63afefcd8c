import { useState } from 'preact/hooks';
import type { OrderFacts } from '../../coordinator/schemas/order-facts.ts';
import { request } from '../api/requests.ts';
import { useAction } from '../api/use-action.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { objectLink, type Consoles } from './console-links.ts';

export interface RawFactsProps {
  readonly orderId: string;
  readonly consoles: Consoles | undefined;
}

/** The objects in S3 that all of this is computed from, asked for when somebody wants to see them. */
export function RawFacts({ orderId, consoles }: RawFactsProps) {
  const [facts, setFacts] = useState<OrderFacts>();
  const { isUnderWay, problem, act } = useAction();
  const read = () =>
    void act(async () => setFacts(await request<OrderFacts>(`/orders/${encodeURIComponent(orderId)}/facts`)));

  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Raw facts</h2>
      <p class="actions">
        <button type="button" onClick={read} disabled={isUnderWay}>
          {facts === undefined ? 'Show the objects in S3' : 'Read them again'}
        </button>
      </p>
      <ProblemNote problem={problem} />
      {facts && <FactList facts={facts} consoles={consoles} />}
    </section>
  );
}

function FactList({
  facts: { facts, isComplete },
  consoles,
}: {
  readonly facts: OrderFacts;
  readonly consoles: Consoles | undefined;
}) {
  return (
    <>
      <ol class="facts">
        {facts.map(({ store, bucket, key, lastModifiedAt, body, unreadable }) => (
          <li key={key}>
            <p class="key">
              <code>{key}</code>
            </p>
            <p class="request">
              <span>{store === 'appStore' ? 'app store' : 'state storage'}</span>
              <span>{lastModifiedAt ?? ''}</span>
              {consoles && (
                <a href={objectLink(consoles, bucket, key)} rel="noreferrer" target="_blank">
                  in S3
                </a>
              )}
            </p>
            {unreadable === undefined ? (
              <pre tabIndex={0} aria-label={key}>
                {JSON.stringify(body, null, 2)}
              </pre>
            ) : (
              <p class="note bad">{unreadable}</p>
            )}
          </li>
        ))}
      </ol>
      {!isComplete && <p class="note warn">There are more objects than are shown here.</p>}
    </>
  );
}
