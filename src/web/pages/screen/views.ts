/**
 * Which views a projector shows, and which one now. Pure.
 */

export const VIEWS = ['live', 'chain', 'peers', 'rate'] as const;
export type View = (typeof VIEWS)[number];

/** (policy) Seconds that each view stays: enough to read it from the last row. */
const SECONDS_USUAL = 12;
const SECONDS_MIN = 3;
const SECONDS_MAX = 3_600;

/** `chain,peers` as views; what is no view is left out, and nothing at all is the first view. */
export function viewsOf(text: string | null): readonly View[] {
  const views = (text ?? '').split(',').flatMap((word) => {
    const view = VIEWS.find((one) => one === word.trim());
    return view === undefined ? [] : [view];
  });
  return views.length === 0 ? ['live'] : [...new Set(views)];
}

/** Milliseconds that each view stays, by the text of `every` in seconds. */
export function stayOf(text: string | null): number {
  const seconds = Number(text ?? '');
  const isGiven = text !== null && text.trim() !== '' && Number.isFinite(seconds);
  return 1_000 * (isGiven ? Math.min(SECONDS_MAX, Math.max(SECONDS_MIN, seconds)) : SECONDS_USUAL);
}

/** By the clock, so that two projectors side by side show the same. */
export function viewAt(views: readonly View[], nowMs: number, stayMs: number): View {
  return views[Math.floor(nowMs / stayMs) % views.length]!;
}
