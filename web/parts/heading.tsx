import { createContext, type ComponentChildren } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';

/** Whether the page has shown a heading since it was loaded. */
export const HasShownHeading = createContext<{ current: boolean }>({ current: true });

/**
 * The heading of a view. It takes the focus when the view changes, so that a keyboard goes on from there and a screen reader
 * says where one is. Of a page that was just loaded the focus is at the beginning, where a way past the navigation is.
 */
export function Heading({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const hasShown = useContext(HasShownHeading);
  // At once: a key that is pressed before the next frame would be taken back by a focus that moves after it.
  useLayoutEffect(() => {
    document.title = `${title} · Booking`;
    if (hasShown.current) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    hasShown.current = true;
  }, [title, hasShown]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
