/**
 * The part of the chain that is to be seen: moved by the visitor, by the newest block, and by the
 * browser's address (`/chain?at=HEIGHT&zoom=PIXELS`), which it keeps up to date.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { place, replaceQuery } from '../router.ts';
import { SCALE_FIRST, SCALE_MAX, viewAround, viewOfTip, viewWithTip } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { zoomOn } from './zoom.ts';
import type { ZoomControl } from './zoom.ts';

/** (policy) The address is written when the view has stood still so long. */
const WRITE_MS = 400;
const WIDTH_FIRST = 800;

/** What `useRef` gives. */
interface Held<Value> {
  current: Value;
}

export interface ViewControl {
  readonly view: Viewport;
  readonly svg: Held<SVGSVGElement | null>;
  show(view: Viewport): void;
  zoomBy(factor: number): void;
  moveBy(pixels: number): void;
  showTip(): void;
  showHeight(height: number): void;
}

/** What the address asks for, or undefined for the newest block. */
function asked(): { readonly at: number | undefined; readonly scale: number } {
  const { query } = place.value;
  const at = Number(query.get('at') ?? Number.NaN);
  const scale = Number(query.get('zoom') ?? Number.NaN);
  return {
    at: Number.isFinite(at) && at >= 0 ? at : undefined,
    scale: scale > 0 && scale <= SCALE_MAX ? scale : SCALE_FIRST,
  };
}

function viewAsked(width: number, tip: number): Viewport {
  const { at, scale } = asked();
  return at === undefined ? viewOfTip(tip, scale, width) : viewAround(at, scale, width);
}

function seesTip({ left, width, scale }: Viewport, tip: number): boolean {
  return left + width / scale >= tip;
}

export function useView(tip: number): ViewControl {
  const svg = useRef<SVGSVGElement>(null);
  const control = useRef<ZoomControl | undefined>(undefined);
  const written = useRef('');
  const [view, setView] = useState(() => viewAsked(WIDTH_FIRST, tip));
  const latest = useRef({ view, tip });
  latest.current = { view, tip };

  useEffect(() => {
    const element = svg.current!;
    const zooming = zoomOn(element, setView);
    control.current = zooming;
    const resize = (): void => {
      const { view: { left, scale, width }, tip: newest } = latest.current;
      const isFirst = written.current === '';
      zooming.setLimits(element.clientWidth, newest);
      // The right edge stays where it is: that is where things happen.
      zooming.show(isFirst ? viewAsked(element.clientWidth, newest)
        : { left: Math.max(-1, left + (width - element.clientWidth) / scale), scale, width });
      written.current = place.value.query.toString() || '-';
    };
    const observer = new ResizeObserver(resize);
    observer.observe(element);
    return () => {
      observer.disconnect();
      zooming.end();
    };
  }, []);

  useFollowing(tip, latest, control);
  useAddress(view, tip, written, control);
  const show = (next: Viewport): void => control.current?.show(next);
  return {
    view, svg, show,
    zoomBy: (factor) => control.current?.zoomBy(factor),
    moveBy: (pixels) => control.current?.moveBy(pixels),
    showTip: () => show(viewOfTip(tip, view.scale, view.width)),
    showHeight: (height) => show(viewAround(height, view.scale, view.width)),
  };
}

interface Latest {
  readonly view: Viewport;
  readonly tip: number;
}

/** Who looks at the newest block sees the next one come. */
function useFollowing(
  tip: number, latest: Held<Latest>, control: Held<ZoomControl | undefined>,
): void {
  const before = useRef(tip);
  useEffect(() => {
    const { view } = latest.current;
    control.current?.setLimits(view.width, tip);
    if (tip !== before.current && seesTip(view, before.current)) {
      control.current?.show(viewWithTip(view, tip));
    }
    before.current = tip;
  }, [tip]);
}

/** Writes the view into the address, and goes where another address leads. */
function useAddress(
  view: Viewport, tip: number, written: Held<string>,
  control: Held<ZoomControl | undefined>,
): void {
  const query = place.value.query.toString() || '-';
  useEffect(() => {
    if (written.current === '' || written.current === query) return;
    written.current = query;
    control.current?.show(viewAsked(view.width, tip));
  }, [query]);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      if (written.current === '') return;
      const middle = Math.round(view.left + view.width / view.scale / 2);
      const isUsual = Math.abs(view.scale / SCALE_FIRST - 1) < 0.01;
      replaceQuery({
        at: seesTip(view, tip) ? undefined : String(Math.max(0, middle)),
        zoom: isUsual ? undefined : String(Number(view.scale.toPrecision(3))),
      });
      written.current = place.value.query.toString() || '-';
    }, WRITE_MS);
    return () => window.clearTimeout(timer);
  }, [view.left, view.scale, seesTip(view, tip)]);
}
