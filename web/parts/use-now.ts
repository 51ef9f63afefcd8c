import { useEffect, useState } from 'preact/hooks';

/** The time, anew every `everyMs` while `isMoving` and the page is seen. */
export function useNow(everyMs: number, isMoving = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, everyMs);
    setNow(Date.now());
    return () => clearInterval(timer);
  }, [everyMs, isMoving]);
  return now;
}
