import type { ComponentChildren } from 'preact';
import { logLink, type Consoles } from '../console-links.ts';
import { changesOf } from './changes-of.ts';
import type { FailureSeen, RecoveryAction, TimelineEvent } from './timeline.ts';

/** What is known of an event beside its title. */
export function EventDetail({
  event,
  consoles,
}: {
  readonly event: TimelineEvent;
  readonly consoles: Consoles | undefined;
}) {
  switch (event.kind) {
    case 'input':
      return <Json value={event.input} />;
    case 'invoked':
    case 'started':
    case 'barred':
      return <RequestLine requestId={event.requestId} at={event.at} consoles={consoles} />;
    case 'succeeded':
      return (
        <>
          {event.output !== undefined && <Json value={event.output} />}
          <RequestLine requestId={event.requestId} at={event.at} consoles={consoles} />
        </>
      );
    case 'verdict':
    case 'confirmation':
      return <FailureDetail failure={event.failure} at={event.at} consoles={consoles} />;
    case 'handler-failed':
      return <Said name={event.error} message={event.message} />;
    case 'recovered':
      return (
        <>
          {event.actions.map((action) => (
            <ActionDetail key={action.handler} action={action} />
          ))}
        </>
      );
    case 'triggered':
    case 'retry-claimed':
    case 'recovery-requested':
    case 'ended':
      return null;
  }
}

function FailureDetail({
  failure,
  at,
  consoles,
}: {
  readonly failure: FailureSeen;
  readonly at: number;
  readonly consoles: Consoles | undefined;
}) {
  const { error, message, requestId, evidence = [] } = failure;
  return (
    <>
      <Said name={error} message={message} />
      <RequestLine requestId={requestId} at={at} consoles={consoles}>
        {evidence.length > 0 && (
          <span>
            {evidenceName(failure)} <code>{evidence.join(' ')}</code>
          </span>
        )}
      </RequestLine>
    </>
  );
}

/** What the ids of the evidence name. */
function evidenceName({ signal, evidence = [] }: FailureSeen): string {
  if (signal === 'destination') return 'record';
  return evidence.length === 1 ? 'log event' : 'log events';
}

function Said({ name, message }: { readonly name: string; readonly message: string }) {
  return (
    <p class="said">
      <strong>{name}</strong> {message}
    </p>
  );
}

interface RequestLineProps {
  readonly requestId: string | undefined;
  readonly at: number;
  readonly consoles: Consoles | undefined;
  readonly children?: ComponentChildren;
}

function RequestLine({ requestId, at, consoles, children }: RequestLineProps) {
  if (requestId === undefined && !children) return null;
  return (
    <p class="request">
      {requestId !== undefined && (
        <span>
          request <code>{requestId}</code>
        </span>
      )}
      {children}
      {requestId !== undefined && consoles && (
        <a href={logLink(consoles, requestId, at)} rel="noreferrer" target="_blank">
          its log in CloudWatch
        </a>
      )}
    </p>
  );
}

function ActionDetail({ action: { handler, step, before, after } }: { readonly action: RecoveryAction }) {
  return (
    <table class="change">
      <caption>
        <strong>{handler}</strong> undid {step}
      </caption>
      <thead>
        <tr>
          <th scope="col">state</th>
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        {changesOf(before, after).map(({ name, before: from, after: to, isChanged }) => (
          <tr key={name} class={isChanged ? 'changed' : ''}>
            <th scope="row">{name === '' ? 'state' : name}</th>
            <td>{from === '' ? '–' : from}</td>
            <td>{to === '' ? '–' : to}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Json({ value }: { readonly value: unknown }) {
  return <p class="json">{JSON.stringify(value)}</p>;
}
