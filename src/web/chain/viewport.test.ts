/**
 * Goal: whatever is looked at, only that and a bit around it is asked for.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chunksOf, CHUNK_HEIGHTS, overviewRequest, SCALE_MAX, scaleMin, viewAround, viewOfTip,
  viewWithTip, visibleHeights,
} from './viewport.ts';

const tips = fc.integer({ min: 0, max: 5_000_000 });
const widths = fc.integer({ min: 200, max: 4_000 });

const scenes = fc.record({ tip: tips, width: widths, at: fc.double({ min: 0, max: 1, noNaN: true }),
  zoom: fc.double({ min: 0, max: 1, noNaN: true }) }).map(({ tip, width, at, zoom }) => {
  const min = scaleMin(width, tip);
  const scale = min * (SCALE_MAX / min) ** zoom;
  return { tip, view: viewAround(Math.round(at * tip), scale, width) };
});

test('an overview covers what is seen, in spans that a multiple of their size begins', () => {
  fc.assert(fc.property(scenes, ({ tip, view }) => {
    const { from, to, spans } = overviewRequest(view, tip);
    const seen = visibleHeights(view, tip);
    expect(from).toBeLessThanOrEqual(seen.from);
    expect(to).toBeGreaterThanOrEqual(seen.to);
    expect(to).toBeLessThanOrEqual(tip);
    expect(spans).toBeGreaterThanOrEqual(1);
    expect(spans).toBeLessThanOrEqual(500);
  }));
});

test('single blocks ask for few chunks, at any scale that draws them', () => {
  fc.assert(fc.property(scenes, ({ tip, view }) => {
    const heights = visibleHeights({ ...view, scale: Math.max(4, view.scale) }, tip, 0.5);
    const chunks = chunksOf(heights);
    expect(chunks[0]! * CHUNK_HEIGHTS).toBeLessThanOrEqual(heights.from);
    expect((chunks.at(-1)! + 1) * CHUNK_HEIGHTS).toBeGreaterThan(heights.to);
    expect(chunks.length).toBeLessThanOrEqual((2 * view.width) / 4 / CHUNK_HEIGHTS + 2);
  }));
});

test('a view that shows the tip goes on showing it, and moves no more than that needs', () => {
  fc.assert(fc.property(tips, widths, fc.nat(20), (tip, width, gained) => {
    const view = viewOfTip(tip, 46, width);
    const next = viewWithTip(view, tip + gained);
    expect(visibleHeights(next, tip + gained).to).toBe(tip + gained);
    expect(next.left - view.left).toBeLessThan(gained + 1e-6);
    expect(viewWithTip(next, tip + gained)).toEqual(next);
  }));
});

test('the view of the tip shows the tip', () => {
  fc.assert(fc.property(tips, widths, (tip, width) => {
    expect(visibleHeights(viewOfTip(tip, 46, width), tip).to).toBe(tip);
  }));
});
