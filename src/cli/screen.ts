/**
 * A few lines at the bottom of the terminal that change in place, with a scrolling log above them.
 *
 * Owns: the escape sequences, and that a frame is one write, so that nothing flickers. Does not
 * own: what the lines say. Only for a terminal: whoever has none prints lines instead.
 *
 * A row is rewritten and then cleared to its end, never the other way round; what has not changed
 * is not written at all. Nothing is drawn in the last column, where terminals disagree about
 * wrapping.
 */

/** What a screen needs of a terminal; `process.stdout` is one. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', handler: () => void): unknown;
  off(event: 'resize', handler: () => void): unknown;
}

const ESCAPE = '\x1b[';
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
/** Synchronised output: terminals that know it show a frame at once, others ignore it. */
const BEGIN_FRAME = `${ESCAPE}?2026h`;
const END_FRAME = `${ESCAPE}?2026l`;
const CLEAR_TO_END_OF_LINE = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;
/** Colours: the only sequences that lines may hold. */
const COLOUR = /\x1b\[[0-9;]*m/g;
const COLOUR_OFF = `${ESCAPE}0m`;

/** Of a terminal that does not know its own size: it says 0. */
const COLUMNS_USUAL = 80;
const ROWS_USUAL = 24;

export class Screen {
  readonly #terminal: Terminal;
  readonly #onResize = (): void => this.#redraw();
  #lines: readonly string[] = [];
  /** The rows as they stand on the terminal, cut to its width then. */
  #drawn: readonly string[] = [];
  #isOpen = true;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.on('resize', this.#onResize);
    terminal.write(HIDE_CURSOR);
  }

  get columns(): number {
    return this.#terminal.columns || COLUMNS_USUAL;
  }

  /**
   * Shows these lines in the place of those before. Long ones are cut, and the first go when there
   * is no room.
   */
  show(lines: readonly string[]): void {
    this.#lines = lines;
    if (this.#isOpen) this.#draw('');
  }

  /** Prints lines above the others, where they scroll away. */
  print(...lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#isOpen) this.#draw(lines.map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`).join(''));
    else this.#terminal.write(`${lines.join('\n')}\n`);
  }

  /** Leaves the terminal as it was, without the changing lines, unless `keep`. */
  close(keep = false): void {
    if (!this.#isOpen) return;
    if (!keep) this.show([]);
    this.#isOpen = false;
    this.#terminal.off('resize', this.#onResize);
    this.#terminal.write(SHOW_CURSOR);
  }

  /** After a change of width nobody knows how the old rows were wrapped: they are counted again. */
  #redraw(): void {
    if (this.#isOpen) this.#draw('', true);
  }

  #draw(above: string, isResized = false): void {
    const rowsMax = Math.max(1, (this.#terminal.rows || ROWS_USUAL) - 1);
    const width = Math.max(1, this.columns - 1);
    const rows = this.#lines.slice(-rowsMax).map((line) => cutLine(line, width));
    const isSame = rows.length === this.#drawn.length
      && rows.every((row, index) => row === this.#drawn[index]);
    if (isSame && above === '' && !isResized) return;
    const height = this.#drawn.reduce(
      (sum, row) => sum + Math.max(1, Math.ceil(visibleLength(row) / this.columns)), 0,
    );
    const up = height === 0 ? '' : `${ESCAPE}${height}A`;
    const body = rows.map((row, index) => {
      const isUnchanged = above === '' && !isResized && row === this.#drawn[index];
      return isUnchanged ? '\n' : `${row}${CLEAR_TO_END_OF_LINE}\n`;
    });
    const below = isResized || rows.length < height || above !== '' ? CLEAR_BELOW : '';
    this.#terminal.write(`${BEGIN_FRAME}${up}\r${above}${body.join('')}${below}${END_FRAME}`);
    this.#drawn = rows;
  }
}

/** The length of a line as it is seen. */
export function visibleLength(line: string): number {
  return line.replace(COLOUR, '').length;
}

/** The first `width` visible characters of a line, with its colours. */
export function cutLine(line: string, width: number): string {
  if (visibleLength(line) <= width) return line;
  let [cut, left, at] = ['', width, 0];
  for (const match of line.matchAll(COLOUR)) {
    const text = line.slice(at, match.index).slice(0, left);
    cut += text + match[0];
    left -= text.length;
    at = match.index + match[0].length;
  }
  const isColoured = at > 0;
  return `${cut}${line.slice(at, at + left)}${isColoured ? COLOUR_OFF : ''}`;
}

/** A bar such as `[#####-----]`; `share` is 0 to 1. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
}
