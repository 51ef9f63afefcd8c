import { StatusShape } from '../../parts/status-mark.tsx';
import type { TimelineEvent } from './timeline.ts';

/** A shape for each kind of event, the same in the drawing and in the list. */
export function EventShape({ event }: { readonly event: TimelineEvent }) {
  switch (event.kind) {
    case 'ended':
      return <StatusShape status={event.status} />;
    case 'succeeded':
      return <StatusShape status="SUCCEEDED" />;
    case 'recovered':
      return <Shape tone="warn" path="M13 8a5 5 0 1 1-1.6-3.7M13 1.6v3.2H9.8" />;
    case 'verdict':
      return <Shape tone={event.isFinal ? 'bad' : 'warn'} path="M8 1 15 8 8 15 1 8ZM8 4.8v3.6M8 10.8v.2" isCut />;
    case 'confirmation':
      return <Shape tone="bad" path="M8 2 14 8 8 14 2 8Z" />;
    case 'handler-failed':
      return <Shape tone="bad" path="M3 3l10 10M13 3 3 13" />;
    case 'barred':
      return <Shape tone="quiet" path="M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM3.8 12.2l8.4-8.4" />;
    case 'input':
      return <Shape tone="live" path="M8 2v9M4 7.5 8 11.5l4-4M3 14h10" />;
    case 'retry-claimed':
      return <Shape tone="warn" path="M3 8a5 5 0 1 1 1.6 3.7M3 14.4v-3.2h3.2" />;
    case 'recovery-requested':
      return <Shape tone="warn" path="M8 2v8M4 6h8" />;
    case 'triggered':
      return <Shape tone="quiet" path="M5 3l6 5-6 5" />;
    case 'invoked':
    case 'started':
      return <Shape tone="live" path="M5 3.2 12.5 8 5 12.8Z" />;
  }
}

interface ShapeProps {
  readonly tone: string;
  readonly path: string;
  /** The first part is filled, what follows is cut out of it. */
  readonly isCut?: boolean;
}

function Shape({ tone, path, isCut = false }: ShapeProps) {
  const [outer = '', cut = ''] = isCut
    ? [path.slice(0, path.indexOf('Z') + 1), path.slice(path.indexOf('Z') + 1)]
    : [path];
  return (
    <svg class={`shape ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={outer} class={isCut ? 'fill' : 'outline'} />
      {isCut && <path d={cut} class="cut" />}
    </svg>
  );
}
