import { useEffect, useState } from 'preact/hooks';
import { RequestError } from './requests.ts';

export interface Polled<T> {
  /** The last that was read, also while it cannot be read again. */
  readonly value?: T;
  /** Why the last read failed; absent when it did not. */
  readonly problem?: RequestError;
  /** Reads again at once. */
  readonly refresh: () => void;
}

/**
 * Reads again and again while the page is seen. A page in the background asks for nothing; when it is seen again, it reads
 * at once. `read` must be the same function as long as it reads the same.
 */
export function usePolled<T>(read: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> {
  const [state, setState] = useState<{ readonly value?: T; readonly problem?: RequestError }>({});
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const value = await read(stop.signal);
        if (stop.signal.aborted) return;
        setState({ value });
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!(error instanceof RequestError)) throw error;
        setState(({ value }) => ({ ...(value !== undefined && { value }), problem: error }));
      }
      timer = setTimeout(() => void poll(), everyMs);
    };
    const onVisible = () => void poll();
    document.addEventListener('visibilitychange', onVisible);
    void poll();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [read, everyMs, round]);

  return { ...state, refresh: () => setRound((before) => before + 1) };
}
