import { useEffect, useRef, useState } from 'preact/hooks';
import { useDeployment } from './api/use-deployment.ts';
import { BookView } from './booking/book-view.tsx';
import { ExecutionView } from './execution/execution-view.tsx';
import { ExecutionsView } from './executions/executions-view.tsx';
import { FaultsView } from './faults/faults-view.tsx';
import { MonitorView } from './monitor/monitor-view.tsx';
import { HasShownHeading } from './parts/heading.tsx';
import { addressOf, parseRoute, type Route } from './route.ts';

export function App() {
  const route = useRoute();
  const deployment = useDeployment();
  const hasShownHeading = useRef(false);
  return (
    <HasShownHeading.Provider value={hasShownHeading}>
      <header class="bar">
        <a class="skip" href="#page" onClick={skipToMain}>
          Skip to the content
        </a>
        <span class="brand">{deployment?.stackName ?? 'stateful-serverless'}</span>
        <nav aria-label="Views">
          {VIEWS.filter(({ needsFaults }) => !needsFaults || deployment?.hasFaults).map(
            ({ label, route: to, isShownIn }) => (
              <a key={label} href={addressOf(to)} aria-current={isShownIn(route) ? 'page' : undefined}>
                {label}
              </a>
            ),
          )}
        </nav>
      </header>
      <View route={route} consoles={deployment?.consoles} />
    </HasShownHeading.Provider>
  );
}

interface ViewEntry {
  readonly label: string;
  readonly route: Route;
  readonly isShownIn: (route: Route) => boolean;
  /** Only where the stack may be broken. */
  readonly needsFaults?: true;
}

const VIEWS: readonly ViewEntry[] = [
  { label: 'Book', route: { view: 'book' }, isShownIn: ({ view }) => view === 'book' },
  {
    label: 'Executions',
    route: { view: 'executions' },
    isShownIn: ({ view }) => view === 'executions' || view === 'execution',
  },
  { label: 'Monitor', route: { view: 'monitor' }, isShownIn: ({ view }) => view === 'monitor' },
  { label: 'Break it', route: { view: 'break' }, isShownIn: ({ view }) => view === 'break', needsFaults: true },
];

function View({
  route,
  consoles,
}: {
  readonly route: Route;
  readonly consoles: Parameters<typeof ExecutionView>[0]['consoles'];
}) {
  switch (route.view) {
    case 'execution':
      return <ExecutionView key={route.orderId} orderId={route.orderId} consoles={consoles} />;
    case 'executions':
      return <ExecutionsView key={addressOf(route)} status={route.status} failureKind={route.failureKind} />;
    case 'monitor':
      return <MonitorView />;
    case 'break':
      return <FaultsView />;
    case 'book':
      return <BookView orderId={route.orderId} />;
  }
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

/** The address behind `#` is a route of ours, so the browser's own jump would lead elsewhere. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}
