import { formatDuration } from '../../format/duration.ts';
import { EventShape } from './event-shape.tsx';
import { percentAt, ticksOf } from './scale.ts';
import type { Lane, Timeline, TimelineEvent } from './timeline.ts';

export interface TimelineDrawingProps {
  readonly timeline: Timeline;
  /** The event that is pointed at in the list. */
  readonly litId: string | undefined;
  readonly onLight: (id: string | undefined) => void;
  readonly onChoose: (id: string) => void;
}

/** Of a drawing as wide as the page: a label that has no room is left out. On a phone its end may be. */
const PERCENT_A_LETTER = 1.3;

/** Durations to scale. What it shows stands in words in the list beneath, so a screen reader is spared it. */
export function TimelineDrawing({ timeline, ...marking }: TimelineDrawingProps) {
  const durationMs = timeline.toAt - timeline.fromAt;
  return (
    <div class="drawing" aria-hidden="true">
      <div class="axis">
        {ticksOf(durationMs).map(({ offsetMs, share }) => (
          <span key={offsetMs} class="tick" style={{ left: `${share * 100}%` }}>
            <span>{offsetMs === 0 ? '0' : formatDuration(offsetMs)}</span>
          </span>
        ))}
      </div>
      {timeline.lanes.map((lane) => (
        <LaneDrawing key={lane.name} lane={lane} timeline={timeline} {...marking} />
      ))}
    </div>
  );
}

function LaneDrawing({ lane, timeline, litId, onLight, onChoose }: TimelineDrawingProps & { readonly lane: Lane }) {
  const events = timeline.events.filter((event) => event.lane === lane.name && isDrawn(event));
  return (
    <div class="lane">
      <span class="lane-name">{lane.name}</span>
      <div class="track">
        {lane.spans.map(({ fromAt, toAt, kind, label }) => {
          const left = percentAt(fromAt, timeline);
          const width = percentAt(toAt, timeline) - left;
          const text = `${label} ${formatDuration(toAt - fromAt)}`.trim();
          return (
            <span key={`${kind}-${fromAt}`} class={`span ${kind}`} style={{ left: `${left}%`, width: `${width}%` }}>
              {kind !== 'pause' && width > PERCENT_A_LETTER * text.length && <span class="span-label">{text}</span>}
            </span>
          );
        })}
        {events.map((event) => (
          <span
            key={event.id}
            class={`mark ${event.id === litId ? 'lit' : ''}`}
            style={{ left: `${percentAt(event.at, timeline)}%` }}
            onPointerEnter={() => onLight(event.id)}
            onPointerLeave={() => onLight(undefined)}
            onClick={() => onChoose(event.id)}
          >
            <EventShape event={event} />
          </span>
        ))}
      </div>
    </div>
  );
}

/** Where a span begins is seen without a mark of its own. */
function isDrawn({ kind }: TimelineEvent): boolean {
  return kind !== 'started' && kind !== 'retry-claimed' && kind !== 'invoked';
}
