import type { Service } from './ports.ts';

export interface ReadyGate {
  readonly behind: (service: Service) => Service;
  readonly open: () => void;
  /** The start failed: who waits is turned away. No effect once it is open. */
  readonly shut: () => void;
}

/**
 * Holds calls back until the services are ready. The front must listen before the functions can be told its address, and
 * a client that knows a fixed port may call at any moment.
 */
export function createReadyGate(): ReadyGate {
  let decide: (decision: 'open' | 'shut') => void = () => undefined;
  const decision = new Promise<'open' | 'shut'>((resolve) => {
    decide = resolve;
  });
  return {
    behind: (service) => ({
      name: service.name,
      async respond(request) {
        return (await decision) === 'open' ? service.respond(request) : { status: 503 };
      },
    }),
    open: () => {
      decide('open');
    },
    shut: () => {
      decide('shut');
    },
  };
}
