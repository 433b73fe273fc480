/**
 * Ages, durations, counts and rates as people read them, on every screen alike.
 *
 * Owns: their form.
 * Does not own: money (`wallet/amount.ts`), tables of a terminal (`cli/words.ts`).
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago, in one unit: `12 s`, `3 min`, `5 h`, `2 days`; a time ahead of the clock is `0 s`.
 */
export function formatAge(ageMs: number): string {
  if (ageMs < 2 * MINUTE) return `${Math.max(0, Math.floor(ageMs / SECOND))} s`;
  if (ageMs < 2 * HOUR) return `${Math.floor(ageMs / MINUTE)} min`;
  if (ageMs < 2 * DAY) return `${Math.floor(ageMs / HOUR)} h`;
  return `${Math.floor(ageMs / DAY)} days`;
}

/** Enough of an id to find it again. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** `1 block`, `2 blocks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Minutes and seconds such as `0:07`, with hours when there are some: `1:02:03`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (!Number.isFinite(seconds)) return 'for ever';
  if (hours > 99) return `${Math.round(hours / 24)} days`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** Hashes per second such as `1.52 MH/s`. */
export function hashRate(perSecond: number): string {
  const units = ['H/s', 'kH/s', 'MH/s', 'GH/s', 'TH/s'];
  let value = perSecond;
  let unit = 0;
  // From here on three digits would be written as a thousand.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}
