import { formatDuration } from '../../format/duration.ts';
import type { Consoles } from '../console-links.ts';
import { EventDetail } from './event-detail.tsx';
import { EventShape } from './event-shape.tsx';
import { titleOf } from './event-title.ts';
import type { Timeline } from './timeline.ts';

export interface TimelineListProps {
  readonly timeline: Timeline;
  readonly litId: string | undefined;
  readonly consoles: Consoles | undefined;
  readonly onLight: (id: string | undefined) => void;
}

/** Everything that happened, in words and in order. */
export function TimelineList({ timeline, litId, consoles, onLight }: TimelineListProps) {
  return (
    <ol class="happenings">
      {timeline.events.map((event) => (
        <li
          key={event.id}
          id={`event-${event.id}`}
          tabIndex={-1}
          class={event.id === litId ? 'lit' : ''}
          onPointerEnter={() => onLight(event.id)}
          onPointerLeave={() => onLight(undefined)}
        >
          <span class="offset" title={new Date(event.at).toISOString()}>
            {event.isRounded ? '≈ ' : ''}
            {event.kind === 'input' ? '0' : formatDuration(event.at - timeline.fromAt)}
          </span>
          <EventShape event={event} />
          <div class="what">
            <p class="title">
              <span class="lane-tag">{event.lane}</span> {titleOf(event)}
            </p>
            <EventDetail event={event} consoles={consoles} />
          </div>
        </li>
      ))}
    </ol>
  );
}
