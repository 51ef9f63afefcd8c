import type UPlot from 'uplot';
import { useEffect, useRef } from 'preact/hooks';

/** What a plot looks like, given the colours of the page as they are now. */
export type PlotLook = (
  library: PlotLibrary,
  colour: (name: string) => string,
) => Omit<UPlot.Options, 'width' | 'height'>;
export type PlotLibrary = typeof UPlot;

export interface PlotProps {
  /** The first column is time, seconds since the epoch. */
  readonly columns: UPlot.AlignedData;
  /** The same function as long as the plot looks the same. */
  readonly look: PlotLook;
}

const HEIGHT_PX = 190;

/** A drawing on a canvas. What it shows is told in words and numbers beside it. */
export function Plot({ columns, look }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawing = new Drawing(element, look, columns);
    return () => drawing.remove();
  }, [columns, look]);
  return <div ref={place} class="plot" aria-hidden="true" />;
}

/** Draws once the library is there, again when the page becomes dark or light, and anew in size when it is resized. */
class Drawing {
  readonly #element: HTMLElement;
  readonly #look: PlotLook;
  readonly #columns: UPlot.AlignedData;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #resizing = new ResizeObserver(() => this.#fit());
  readonly #onScheme = () => void this.#draw();
  #plot: InstanceType<PlotLibrary> | undefined;
  #isRemoved = false;

  constructor(element: HTMLElement, look: PlotLook, columns: UPlot.AlignedData) {
    this.#element = element;
    this.#look = look;
    this.#columns = columns;
    this.#scheme.addEventListener('change', this.#onScheme);
    this.#resizing.observe(element);
    void this.#draw();
  }

  remove(): void {
    this.#isRemoved = true;
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#resizing.disconnect();
    this.#plot?.destroy();
  }

  async #draw(): Promise<void> {
    // Only where something is plotted: it is larger than the rest of the page.
    const { default: library } = await import('uplot');
    if (this.#isRemoved) return;
    this.#plot?.destroy();
    const style = getComputedStyle(this.#element);
    const look = this.#look(library, (name) => style.getPropertyValue(`--${name}`).trim());
    const size = { width: this.#element.clientWidth, height: HEIGHT_PX };
    this.#plot = new library({ ...look, ...size }, this.#columns, this.#element);
  }

  #fit(): void {
    const width = this.#element.clientWidth;
    if (this.#plot !== undefined && this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT_PX });
  }
}
