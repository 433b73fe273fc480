/**
 * The hash rate over time: finely for the last minutes, coarsely for the last hours.
 *
 * Owns: both series, which have fixed lengths.
 */
import type { UnixMs } from '../../ports.ts';

export interface RatePoint {
  readonly at: UnixMs;
  /** Hashes per second. */
  readonly rate: number;
}

/** (policy) One point a second for five minutes. */
const FINE_POINTS_MAX = 300;
/** (policy) One point for so many fine ones, for six hours. */
const COARSE_STEP = 30;
const COARSE_POINTS_MAX = 720;

export class RateSeries {
  readonly #fine: RatePoint[] = [];
  readonly #coarse: RatePoint[] = [];
  #sum = 0;
  #count = 0;

  /** Takes the next point. */
  add(point: RatePoint): void {
    keep(this.#fine, point, FINE_POINTS_MAX);
    this.#sum += point.rate;
    this.#count += 1;
    if (this.#count < COARSE_STEP) return;
    keep(this.#coarse, { at: point.at, rate: this.#sum / this.#count }, COARSE_POINTS_MAX);
    [this.#sum, this.#count] = [0, 0];
  }

  /** Oldest first: coarse points, then the fine ones that are younger than those. */
  points(): RatePoint[] {
    const since = this.#fine[0]?.at ?? Number.POSITIVE_INFINITY;
    return [...this.#coarse.filter(({ at }) => at < since), ...this.#fine];
  }

  get last(): RatePoint | undefined {
    return this.#fine.at(-1);
  }
}

function keep(series: RatePoint[], point: RatePoint, countMax: number): void {
  series.push(point);
  if (series.length > countMax) series.shift();
}
