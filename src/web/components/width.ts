/**
 * How wide an element is, for pictures whose text must not shrink with them.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The element to put `ref` on, and its width in CSS pixels; `usual` until that is known. */
export function useWidth<Element extends HTMLElement>(
  usual: number,
): readonly [ref: RefObject<Element | null>, width: number] {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = (): void => setWidth(Math.max(1, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
