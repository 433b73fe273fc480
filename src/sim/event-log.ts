/**
 * What happened in a run, as one hash, and as lines for people who want to read it.
 *
 * Owns: the hash that tells whether two runs were the same, event by event. Does not own: which
 * events there are to tell of; the parts of the simulator report their own.
 */
import { hashText } from './random.ts';

/** The line is only made when somebody reads it. */
type Line = string | (() => string);

export class EventLog {
  readonly #show: ((line: string) => void) | undefined;
  // Two lanes of FNV-1a on 32-bit words with different primes: 64 bits, without bigint arithmetic.
  #low = 0x811c9dc5;
  #high = 0x01234567;
  #count = 0;

  /** `show` gets each line as soon as it is made; without it only the hash is kept. */
  constructor(show?: (line: string) => void) {
    this.#show = show;
  }

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** 16 digits over all events so far. */
  get hash(): string {
    const digits = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return digits(this.#high) + digits(this.#low);
  }

  /** Counts an event that is not worth a line: small whole numbers that say what it was. */
  mark(time: number, kind: number, value: number): void {
    this.#count++;
    this.#mix(time);
    this.#mix(kind);
    this.#mix(value);
  }

  /** An event that people may want to read of. `who` is a node or liar, or 'world'. */
  tell(time: number, who: string, what: string, line: Line = ''): void {
    this.mark(time, hashText(who), hashText(what));
    if (this.#show === undefined) return;
    const rest = typeof line === 'string' ? line : line();
    const seconds = (time / 1000).toFixed(3).padStart(10);
    this.#show(`${seconds} s  ${who.padEnd(8)} ${what}${rest === '' ? '' : `: ${rest}`}`);
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ (word | 0), 0x01000193);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high ^ (word | 0), 0x85ebca6b);
    this.#high ^= this.#high >>> 13;
  }
}
