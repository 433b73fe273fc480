/**
 * Moving and zooming by mouse, wheel, finger and program: d3-zoom on one axis.
 *
 * Owns: the browser's events, limits, and one new view for each frame at most.
 * Does not own: what is drawn.
 */
import { select } from 'd3-selection';
import { zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import type { D3ZoomEvent } from 'd3-zoom';
import { SCALE_MAX, scaleMin } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** Heights beyond both ends that one may see. */
const BEYOND = 3;

export interface ZoomControl {
  show(view: Viewport): void;
  zoomBy(factor: number): void;
  /** By so many pixels. */
  moveBy(pixels: number): void;
  setLimits(width: number, tip: number): void;
  end(): void;
}

/** Calls `onView` with each new view. */
export function zoomOn(
  element: SVGSVGElement, onView: (view: Viewport) => void,
): ZoomControl {
  let width = element.clientWidth;
  let frame: number | undefined;
  let pending: (() => void) | undefined;
  const behaviour = zoom<SVGSVGElement, unknown>()
    .duration(0)
    // The wheel alone scrolls the page, as anywhere else on it.
    .filter((event: MouseEvent | WheelEvent) => (event.type === 'wheel'
      ? event.ctrlKey || event.metaKey : event.button === 0 || event.type.startsWith('touch')))
    .on('zoom', ({ transform }: D3ZoomEvent<SVGSVGElement, unknown>) => {
      const view = { left: -transform.x / transform.k, scale: transform.k, width };
      pending = () => onView(view);
      frame ??= window.requestAnimationFrame(() => {
        frame = undefined;
        pending?.();
      });
    });
  const selection = select(element).call(behaviour);
  const onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.metaKey || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    moveBy(event.deltaX);
  };
  const moveBy = (pixels: number): void => {
    behaviour.translateBy(selection, -pixels / zoomTransform(element).k, 0);
  };
  element.addEventListener('wheel', onWheel, { passive: false });
  return {
    moveBy,
    show: ({ left, scale }) => {
      behaviour.transform(selection, zoomIdentity.translate(-left * scale, 0).scale(scale));
    },
    zoomBy: (factor) => behaviour.scaleBy(selection, factor),
    setLimits: (newWidth, tip) => {
      width = newWidth;
      behaviour.extent([[0, 0], [width, 1]])
        .scaleExtent([scaleMin(width, tip), SCALE_MAX])
        .translateExtent([[-BEYOND, -Infinity], [tip + BEYOND, Infinity]]);
    },
    end: () => {
      element.removeEventListener('wheel', onWheel);
      selection.on('.zoom', null);
      if (frame !== undefined) window.cancelAnimationFrame(frame);
    },
  };
}
