/**
 * Live lines: what a terminal shows after any writes is what was asked for.
 * Method: a small model of a terminal that knows the sequences that the screen uses, and no others.
 */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { duration, hashRate } from '../lib/words.ts';
import { bar, cutLine, Screen, visibleLength } from './screen.ts';

/** A terminal of rows that never scroll away, as wide as is said. */
class ModelTerminal extends EventEmitter {
  columns = 20;
  rows = 6;
  written = '';
  isCursorShown = true;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    this.written += text;
    const pattern = /\x1b\[(\?\d+[hl]|\d*[A-Za-z]|[0-9;]*m)|[^\x1b]/g;
    for (const [token, sequence] of text.matchAll(pattern)) {
      if (sequence === undefined) this.#put(token);
      else this.#obey(sequence);
    }
  }

  get shown(): string[] {
    return this.#lines.map((line) => line.trimEnd()).join('\n').trimEnd().split('\n');
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#row++;
      this.#column = 0;
      this.#lines[this.#row] ??= '';
    } else {
      expect(this.#column, 'nothing wraps').toBeLessThan(this.columns);
      const line = this.#lines[this.#row]!.padEnd(this.#column);
      const [before, after] = [line.slice(0, this.#column), line.slice(this.#column + 1)];
      this.#lines[this.#row] = before + character + after;
      this.#column++;
    }
  }

  #obey(sequence: string): void {
    if (sequence === '?25l') this.isCursorShown = false;
    else if (sequence === '?25h') this.isCursorShown = true;
    else if (sequence.endsWith('A')) this.#row -= Number(sequence.slice(0, -1));
    else if (sequence === 'K') {
      this.#lines[this.#row] = this.#lines[this.#row]!.slice(0, this.#column);
    } else if (sequence === 'J') {
      this.#lines.length = this.#row + 1;
      this.#lines[this.#row] = this.#lines[this.#row]!.slice(0, this.#column);
    } else expect(sequence).toMatch(/^(\?2026[hl]|[0-9;]*m)$/);
    expect(this.#row).toBeGreaterThanOrEqual(0);
  }
}

it('takes a terminal that does not know its size for a usual one', () => {
  const written: string[] = [];
  const screen = new Screen({
    columns: 0, rows: 0, write: (text) => written.push(text), on: () => {}, off: () => {},
  });
  screen.show(['one', 'two']);
  screen.show(['one', 'three']);
  screen.close();
  // Up over the two rows, and then out of sight.
  expect(written.join('').match(/\x1b\[[^A-Za-z]*A|Infinity/g)).toEqual(['\x1b[2A', '\x1b[2A']);
});

describe('a screen', () => {
  it('shows its lines below what was printed', () => {
    const terminal = new ModelTerminal();
    const screen = new Screen(terminal);
    screen.show(['one', 'two']);
    screen.print('event 1');
    screen.show(['three', 'four', 'five']);
    screen.print('event 2', 'event 3');
    screen.show(['six']);
    expect(terminal.shown).toEqual(['event 1', 'event 2', 'event 3', 'six']);
    expect(terminal.isCursorShown).toBe(false);
    screen.close();
    expect(terminal.shown).toEqual(['event 1', 'event 2', 'event 3']);
    expect(terminal.isCursorShown).toBe(true);
  });

  it('writes nothing when nothing has changed, and only the row that has', () => {
    const terminal = new ModelTerminal();
    const screen = new Screen(terminal);
    screen.show(['steady', 'changing 1']);
    terminal.written = '';
    screen.show(['steady', 'changing 1']);
    expect(terminal.written).toBe('');
    screen.show(['steady', 'changing 2']);
    expect(terminal.written).not.toMatch('steady');
    expect(terminal.shown).toEqual(['steady', 'changing 2']);
  });

  it('cuts what is too wide and drops what is too high', () => {
    const terminal = new ModelTerminal();
    const screen = new Screen(terminal);
    screen.show([1, 2, 3, 4, 5, 6, 7].map((number) => `line ${number} ${'x'.repeat(40)}`));
    expect(terminal.shown).toHaveLength(5);
    expect(terminal.shown.at(-1)).toBe(`line 7 ${'x'.repeat(12)}`);
  });

  it('goes on with plain lines when it is closed', () => {
    const terminal = new ModelTerminal();
    const screen = new Screen(terminal);
    screen.close();
    screen.close();
    screen.print('late');
    expect(terminal.shown).toEqual(['late']);
    expect(terminal.listenerCount('resize')).toBe(0);
  });
});

describe('a cut line', () => {
  it('keeps colours whole and ends them', () => {
    const line = '\x1b[32mgreen\x1b[39m and plain';
    expect(visibleLength(line)).toBe(15);
    expect(cutLine(line, 15)).toBe(line);
    expect(cutLine(line, 3)).toBe('\x1b[32mgre\x1b[39m\x1b[0m');
    expect(visibleLength(cutLine(line, 8))).toBe(8);
  });
});

describe('figures', () => {
  it('are short', () => {
    expect(duration(7_000)).toBe('0:07');
    expect(duration(3_723_000)).toBe('1:02:03');
    expect(duration(Infinity)).toBe('for ever');
    expect(hashRate(0)).toBe('0 H/s');
    expect(hashRate(1_520_000)).toBe('1.52 MH/s');
    expect(hashRate(999_999)).toBe('1.00 MH/s');
    expect(bar(0.47, 10)).toBe('[#####-----]');
    expect(bar(7, 4)).toBe('[####]');
  });
});
