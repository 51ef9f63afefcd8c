import { useMemo, useState } from 'preact/hooks';
import type { OrderRepresentation } from '../../../coordinator/schemas/order.ts';
import { isUnderWay } from '../../api/is-under-way.ts';
import { useNow } from '../../parts/use-now.ts';
import type { Consoles } from '../console-links.ts';
import { TimelineDrawing } from './timeline-drawing.tsx';
import { TimelineList } from './timeline-list.tsx';
import { timelineOf } from './timeline-of.ts';

const REDRAW_MS = 200;

export function TimelineView({
  order,
  consoles,
}: {
  readonly order: OrderRepresentation;
  readonly consoles: Consoles | undefined;
}) {
  const [litId, setLitId] = useState<string>();
  const now = useNow(REDRAW_MS, isUnderWay(order));
  const timeline = useMemo(() => timelineOf(order, now), [order, now]);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <TimelineDrawing timeline={timeline} litId={litId} onLight={setLitId} onChoose={show} />
      <TimelineList timeline={timeline} litId={litId} consoles={consoles} onLight={setLitId} />
      <p class="footnote">≈ S3 says this to the second only; it is shown as early as what came before allows.</p>
    </section>
  );
}

function show(id: string): void {
  const entry = document.getElementById(`event-${id}`);
  entry?.scrollIntoView({ block: 'center' });
  entry?.focus({ preventScroll: true });
}
