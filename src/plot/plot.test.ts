/**
 * Goal: a picture shows what it was given, at the right place, and is always well formed.
 * Method: known scales; places read back from the SVG; any text and any values.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { barPlot } from './bar-plot.ts';
import { linePlot } from './line-plot.ts';
import type { LinePlot } from './line-plot.ts';
import { scaleFor, tickText } from './scale.ts';

describe('a scale', () => {
  test.each([
    [[0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]], [[3, 47], [0, 10, 20, 30, 40, 50]],
    [[950, 1_000], [950, 960, 970, 980, 990, 1_000]], [[-2, 7], [-2, 0, 2, 4, 6, 8]],
    [[5], [0, 1, 2, 3, 4, 5]], [[], [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('of %j has round marks', (values, ticks) => {
    expect(scaleFor(values, 'linear').ticks).toEqual(ticks);
  });

  it('by logarithms has whole powers of ten, and cannot show 0', () => {
    const scale = scaleFor([0, 0.003, 0.5], 'log');
    expect(scale.ticks).toEqual([0.001, 0.01, 0.1, 1]);
    expect([scale.at(0.001), scale.at(1), scale.shows(0)]).toEqual([0, 1, false]);
    expect(scaleFor([1e-30, 1], 'log').ticks.length).toBeLessThan(10);
  });

  it('has room for all of its values, in order', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (values) => {
      const scale = scaleFor(values, 'linear');
      const places = [...values].sort((a, b) => a - b).map((one) => scale.at(one));
      expect(places[0]).toBeGreaterThanOrEqual(-1e-6);
      expect(places.at(-1)).toBeLessThanOrEqual(1 + 1e-6);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(scale.ticks.length).toBeLessThan(13);
    }));
  });

  it('marks values in few letters', () => {
    const texts = [0, 0.05, 20_000, 1e-7, 3e9].map(tickText);
    expect(texts).toEqual(['0', '0.05', '20,000', '1e-7', '3e9']);
  });
});

const PLOT: LinePlot = {
  title: 'a < b & c', xName: 'x', yName: 'y',
  series: [
    { name: 'line', form: 'line', colour: 0, points: [{ x: 0, y: 0 }, { x: 10, y: 1 }] },
    {
      name: 'points', form: 'points', colour: 1,
      points: [{ x: 5, y: 0.5, low: 0.25, high: 0.75 }, { x: Number.NaN, y: 1 }],
    },
  ],
};

describe('a plot of lines', () => {
  it('puts a value where the axes say, with its error bar', () => {
    const svg = linePlot(PLOT);
    // The frame is 74 to 700 by 374 to 44.
    expect(svg).toContain('d="M74 374L700 44"');
    expect(svg).toContain('cx="387" cy="209"');
    expect(svg).toContain('d="M387 291.5V126.5');
  });

  it('leaves out what no axis can show', () => {
    const marks = (svg: string): number => svg.split('<circle').length - 1;
    expect(marks(linePlot(PLOT))).toBe(2); // One mark, and one in the legend.
    const logarithmic = linePlot({
      ...PLOT, yScale: 'log',
      series: [{ ...PLOT.series[1]!, points: [{ x: 1, y: 0 }, { x: 2, y: 0.1, low: 0, high: 1 }] }],
    });
    expect(marks(logarithmic)).toBe(2);
    expect(logarithmic).not.toMatch(/NaN|Infinity/);
  });

  it('can be read on a dark page', () => {
    expect(linePlot(PLOT)).toMatch(/prefers-color-scheme:dark.*\.page\{fill:#16181d\}/);
  });

  it('is well formed whatever is written and drawn', () => {
    const point = fc.record({ x: fc.double(), y: fc.double() });
    fc.assert(fc.property(fc.string(), fc.array(point, { maxLength: 5 }), (name, points) => {
      const svg = linePlot({ ...PLOT, title: name, series: [
        { name, form: 'steps', colour: 7, points }, { name, form: 'points', colour: 8, points },
      ] });
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      const texts = [...svg.matchAll(/<text[^>]*>([^]*?)<\/text>/g)].map(([, words]) => words!);
      expect(texts.filter((words) => /<|&(?!amp;|lt;|gt;)/.test(words))).toEqual([]);
    }));
  });
});

describe('a plot of bars', () => {
  it('has a bar for each, as long as it says, and its mark', () => {
    const svg = barPlot('title', [
      { name: 'one', length: 0.5, mark: 1, words: '5 s' },
      { name: 'two', length: 1, words: '10 s' },
    ]);
    expect([...svg.matchAll(/class="f0"[^>]* width="([\d.]+)"/g)].map(([, width]) => width))
      .toEqual(['190', '380']);
    expect(svg).toContain('class="mark"');
    expect(svg).toContain('>5 s</text>');
  });
});
