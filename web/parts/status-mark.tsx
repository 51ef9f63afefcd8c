import type { JSX } from 'preact';

/** Of executions and of steps: AWS's words, as everywhere. */
export type Status =
  | 'PENDING'
  | 'RUNNING'
  | 'HELD'
  | 'RECOVERING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'SKIPPED'
  | 'RECOVERY_FAILED'
  | 'QUARANTINED'
  | 'UNKNOWN_VERSION';

export type Tone = 'good' | 'bad' | 'live' | 'warn' | 'quiet';

interface Look {
  readonly tone: Tone;
  /** Drawn in a box of 16 by 16. Each status has a shape of its own: colour alone tells nothing to some. */
  readonly shape: JSX.Element;
}

const ring = <circle cx="8" cy="8" r="6" class="outline" />;
const disc = <circle cx="8" cy="8" r="7" class="fill" />;
const diamond = <path d="M8 .8 15.2 8 8 15.2.8 8Z" class="fill" />;
const triangle = <path d="M8 1.2 15.4 14.4H.6Z" class="fill" />;

const shape = (...parts: readonly JSX.Element[]) => <>{parts}</>;

const LOOKS: Readonly<Record<Status, Look>> = {
  PENDING: { tone: 'quiet', shape: shape(<circle cx="8" cy="8" r="6" class="outline dashed" />) },
  RUNNING: { tone: 'live', shape: shape(ring, <path d="M8 2a6 6 0 0 1 0 12Z" class="fill" />) },
  HELD: { tone: 'warn', shape: shape(disc, <path d="M6 5v6M10 5v6" class="cut" />) },
  RECOVERING: { tone: 'warn', shape: shape(<path d="M13 8a5 5 0 1 1-1.6-3.7M13 1.6v3.2H9.8" class="outline" />) },
  SUCCEEDED: { tone: 'good', shape: shape(disc, <path d="m4.8 8.3 2.2 2.2 4.2-4.6" class="cut" />) },
  FAILED: {
    tone: 'bad',
    shape: shape(
      <rect x="1.2" y="1.2" width="13.6" height="13.6" rx="2.5" class="fill" />,
      <path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" class="cut" />,
    ),
  },
  SKIPPED: { tone: 'quiet', shape: shape(ring, <path d="M5 8h6" class="outline" />) },
  RECOVERY_FAILED: { tone: 'bad', shape: shape(triangle, <path d="M8 6v4M8 12v.2" class="cut" />) },
  QUARANTINED: { tone: 'warn', shape: shape(diamond, <path d="M8 4.6v4M8 11v.2" class="cut" />) },
  UNKNOWN_VERSION: {
    tone: 'quiet',
    shape: shape(diamond, <path d="M6.4 6.4a1.7 1.7 0 1 1 2 1.7V9M8 11.2v.2" class="cut" />),
  },
};

export function toneOf(status: string): Tone {
  return isStatus(status) ? LOOKS[status].tone : 'quiet';
}

/** A status as shape, colour and word. */
export function StatusMark({ status, quiet }: { readonly status: string; readonly quiet?: boolean }) {
  return (
    <span class={`status ${toneOf(status)}`}>
      <StatusShape status={status} />
      <span class={quiet ? 'unseen' : 'word'}>{status.replaceAll('_', ' ')}</span>
    </span>
  );
}

export function StatusShape({ status }: { readonly status: string }) {
  return (
    <svg class={`shape ${toneOf(status)}`} viewBox="0 0 16 16" aria-hidden="true">
      {isStatus(status) ? LOOKS[status].shape : ring}
    </svg>
  );
}

function isStatus(status: string): status is Status {
  return Object.hasOwn(LOOKS, status);
}
